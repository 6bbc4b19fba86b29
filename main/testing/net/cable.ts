/** For tests: a board whose cable ends in the test. */
import { compile, type Special, type TestFirmware, type TestMachine } from '../firmware';
import type { ConfigValue } from '../../../kernel/config';
import { arpFrame, describeFrame, HOST } from '../../../kernel/net/testing';

/** Firmware that does nothing, for a board whose network stack is looked at from outside. */
export const idleFirmware = (config: Record<string, ConfigValue> = {}): Promise<TestFirmware> =>
  compile('#include <unistd.h>\nint main(void)\n{\n  for (; ; )\n    sleep(1000);\n}\n', {
    board: 'controller',
    config,
  });

/** Nobody who is asked takes longer to answer. */
const ANSWER_TICKS = 1;

export class Cable {
  readonly test: TestMachine;
  private frames: Uint8Array[] = [];

  /** Boots, with a cable of 100 Mbit/s, and runs until the board waits. */
  constructor(firmware: TestFirmware, args: string[] = [], special: Special = {}) {
    this.test = firmware.boot(args, {
      ...special,
      onOutput: (device, output) => {
        if (device === 'eth0' && output.type === 'frame') this.frames.push(output.bytes);
      },
    });
    this.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond: 100e6 } });
    this.run();
  }

  get machine() {
    return this.test.machine;
  }

  get net() {
    return this.machine.kernel.state.net;
  }

  run(ticks = ANSWER_TICKS): void {
    this.test.run({ ticks: this.machine.ticks + ticks });
  }

  /** A frame comes to the board. */
  send(bytes: Uint8Array): void {
    this.machine.input({ device: 'eth0', value: { type: 'frame', bytes, startNs: this.machine.timeNs } });
  }

  /** Frames that the board has sent since it was asked last. */
  taken(): Uint8Array[] {
    return this.frames.splice(0);
  }

  /** Sends a frame, and gives what the board answers. */
  ask(bytes: Uint8Array): ReturnType<typeof describeFrame>[] {
    this.taken();
    this.send(bytes);
    this.run();
    return this.heard();
  }

  /** What the board has sent since it was asked last. */
  heard(): ReturnType<typeof describeFrame>[] {
    return this.taken().map(describeFrame);
  }

  /** The interface of the cable. */
  get eth0() {
    return this.net.interfaces[0]!;
  }

  /** The board learns who the host is. */
  meet(): void {
    this.ask(arpFrame({ mac: HOST.mac }));
  }
}
