import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programs } from '../../boards/apps';
import { Bench } from '../../boards/bench';
import type { Timespec } from '../../kernel/clock/timespec';
import { configRecord } from '../../kernel/config';
import { replay } from '../cli/record';
import { compile, type TestFirmware } from '../testing/firmware';
import { boardOf } from './build';
import { parseInputLog } from './input-log';
import { Session, type SessionEvents } from './session';
import { wallNs } from './wall';

/** Who has 10.0.0.2? asks 10.0.0.1. */
const QUESTION = Uint8Array.from(
  Buffer.from('ffffffffffff02aabbccddee0806000108000604000102aabbccddee0a0000010000000000000a000002', 'hex'),
);
const PORT = 'controller/eth0';

describe('a session and the host of its port', () => {
  let firmware: TestFirmware;
  const events: SessionEvents[] = [];
  const session = new Session((event) => void events.push(event));
  const sent = () =>
    events.flatMap((event) => (event.event === 'netOutput' ? event.payload.frames.map(({ bytes }) => bytes) : []));
  const answers = () => sent().filter((frame) => frame[21] === 2 && frame[41] === 1);

  beforeAll(async () => {
    firmware = await compile('#include <unistd.h>\nint main(int argc, char *argv[]) { for (;;) sleep(1); return 0; }', {
      board: 'controller',
    });
    const { project, linked } = firmware;
    session.load({
      linked,
      board: project.board.name,
      config: configRecord(project.config),
      apps: project.apps.map((app) => ({ ...app, args: [] })),
      seed: 1,
    });
  });
  afterAll(() => session.pause());

  test('the ports are told, and one that is not there is refused', () => {
    expect(events.find(({ event }) => event === 'netPorts')).toEqual({ event: 'netPorts', payload: [PORT] });
    expect(() => session.joinPort('nowhere/eth0', true)).toThrow(/controller\/eth0/);
  });

  test('a frame is answered at once, and the boards run in real time', async () => {
    session.joinPort(PORT, true);
    session.setSpeed(null);
    session.run();
    await new Promise((resolve) => setTimeout(resolve, 300));
    session.feedPort(PORT, [{ bytes: QUESTION, wallNs: wallNs() }]);
    await expect.poll(() => answers().length).toBe(1);
    const snapshot = events.filter(({ event }) => event === 'snapshot').at(-1);
    expect((snapshot!.payload as { speed: number }).speed).toBe(1);
    session.pause();
  });

  test('nothing goes out twice when the run is made again', async () => {
    const count = sent().length;
    for (let i = 0; i < 3; i++) session.step('tick', true);
    for (let i = 0; i < 3; i++) session.step('tick', false);
    expect(sent()).toHaveLength(count);
    session.run();
    session.feedPort(PORT, [{ bytes: QUESTION, wallNs: wallNs() }]);
    await expect.poll(() => answers().length).toBe(2);
    session.pause();
  });

  test('what came in can be saved, and the run made again from that', () => {
    const log = parseInputLog(session.inputLog());
    const { header, inputs, end } = log;
    expect(header.board).toBe('controller');
    expect(inputs.map(({ input }) => Object.keys(input)[1])).toEqual(['plugged', 'time', 'frame', 'frame']);
    const { time } = inputs[1]!.input as { time: Timespec };
    expect(Math.abs(time.sec - Date.now() / 1000)).toBeLessThan(60);
    expect(inputs[2]!.input).toMatchObject({ port: PORT, frame: QUESTION });
    const again = new Bench({
      module: firmware.firmware.module,
      board: boardOf(header.board),
      config: header.config,
      apps: header.apps,
      programs,
      seed: header.seed,
      onConsole: () => undefined,
    });
    expect(replay(again, log, () => undefined)).toBe(true);
    expect(again.hash()).toBe(end!.hash);
  });
});
