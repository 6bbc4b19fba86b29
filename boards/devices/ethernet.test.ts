import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serveEvent, type FrameOutput } from '../../kernel/hardware';
import { setMasked } from '../../kernel/irq';
import type { Kernel } from '../../kernel/kernel';
import * as netdev from '../../kernel/net/netdev';
import { InterfaceFlag, StampReceived, StampSent, type Stamp } from '../../kernel/net/state';
import { bareKernel } from '../../kernel/testing';
import { Flag, MessageType } from '../apps/ptpd/messages';
import { messageFrame } from '../net/testing';
import { connect, powerUp } from '../power';
import { ethernet } from './ethernet';
import { ptpClock } from './ptpclock';

/** What the driver has told the stack. */
const told = {
  received: [] as { bytes: Uint8Array; stamp: Stamp }[],
  sent: [] as { key: number; stamp: Stamp }[],
  lost: [] as number[],
};

beforeEach(() => {
  Object.assign(told, { received: [], sent: [], lost: [] });
  vi.spyOn(netdev, 'frameReceived').mockImplementation((_k, _device, bytes, stamp) => {
    told.received.push({ bytes, stamp });
  });
  vi.spyOn(netdev, 'frameSent').mockImplementation((_k, _device, { key }, stamp) => {
    told.sent.push({ key, stamp });
  });
  vi.spyOn(netdev, 'frameLost').mockImplementation((_k, _device, { key }) => {
    told.lost.push(key);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const MAC = 0x0200_0000_0001;
const GROUP = 0x0100_5e00_0001;
const HUNDRED = 100e6;

/** A frame of so many bytes. */
function frame(length: number, to = MAC): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < 6 && i < length; i++) bytes[i] = Math.floor(to / 2 ** (8 * (5 - i)));
  return bytes;
}

/** A controller on a board without a CPU: what happens, happens by the hardware's events alone. */
function bench({ cpuHz = 100_000_000, bitsPerSecond = HUNDRED, txRing = 4, rxRing = 3 } = {}) {
  const clock = ptpClock('ptp0', { node: '/dev/ptp0', maxAdjustment: 500_000 });
  const device = ethernet('eth0', { irq: 2, mac: MAC, txRing, rxRing, clock: 'ptp0' });
  const devices = [clock, device];
  const sent: { startNs: number; length: number; cycle: number }[] = [];
  const passed: { direction: string; atNs: number }[] = [];
  const k: Kernel = {
    ...bareKernel(),
    ...connect(devices),
    onOutput: (_, output, cycle) => {
      const { startNs, bytes } = output as FrameOutput;
      sent.push({ startNs, length: bytes.length, cycle });
    },
    onFrame: (_, direction, _bytes, atNs) => passed.push({ direction, atNs }),
  };
  Object.assign(k.state.settings, { cpuHz, nsPerCycle: 1e9 % cpuHz === 0 ? 1e9 / cpuHz : 0 });
  powerUp(k, devices);
  const made = {
    k,
    device,
    devices,
    sent,
    passed,
    counts: k.state.net.interfaces.find(({ name }) => name === 'eth0')!.counts,
    flags: () => k.state.net.interfaces.find(({ name }) => name === 'eth0')!.flags,
    carrier: (rate: number) => device.input!(k, { type: 'carrier', bitsPerSecond: rate }),
    transmit: (length: number, key = 0) => device.net!.transmit(k, { bytes: frame(length), pid: 7, socket: 0, key }),
    receive: (bytes: Uint8Array, startNs: number, damaged = false) =>
      device.input!(k, { type: 'frame', bytes, startNs, ...(damaged && { damaged: true }) }),
    /** Everything that is to happen up to a cycle; by default all. */
    run(until = Infinity) {
      while (k.state.events.length > 0 && k.state.events[0]!.cycle <= until) serveEvent(k);
      if (until !== Infinity) k.state.cycles = until;
    },
    shown: (label: string) =>
      device.view(k).controls.find((control) => control.type === 'text' && control.label === label),
  };
  device.net!.setUp(k, true);
  if (bitsPerSecond > 0) made.carrier(bitsPerSecond);
  return made;
}

describe('sending', () => {
  test('frames follow each other with the gap of 12 bytes, to the nanosecond', () => {
    const { k, transmit, sent, run } = bench();
    k.state.cycles = 1000;
    transmit(1514);
    transmit(60);
    transmit(42);
    run();
    const begin = 10_000;
    const first = begin + (8 + 1514 + 4 + 12) * 80;
    const second = first + (8 + 60 + 4 + 12) * 80;
    expect(sent).toEqual([
      { startNs: begin + 640, length: 1514, cycle: 1000 },
      { startNs: first + 640, length: 60, cycle: first / 10 },
      // Padded to the shortest that there is.
      { startNs: second + 640, length: 60, cycle: second / 10 },
    ]);
  });

  test('a gap may end within a cycle, and the next frame begins there', () => {
    const { transmit, sent, run } = bench({ cpuHz: 16_000_000, bitsPerSecond: 1e9 });
    transmit(61);
    transmit(60);
    run();
    // 85 bytes of 8 ns; a cycle is 62.5 ns.
    expect(sent).toEqual([
      { startNs: 64, length: 61, cycle: 0 },
      { startNs: 680 + 64, length: 60, cycle: 11 },
    ]);
  });

  test('what is put into the ring within the gap waits for its end', () => {
    const { k, transmit, sent, run } = bench();
    transmit(60);
    run((8 + 60 + 4 + 2) * 8);
    transmit(60);
    run();
    expect(sent.map(({ startNs }) => startNs)).toEqual([640, (8 + 60 + 4 + 12) * 80 + 640]);
    expect(k.state.transmitters).toBe(0);
  });

  test('the ring holds as many frames as it does, and has room when the driver has heard of one that left', () => {
    const { transmit, run, sent } = bench({ txRing: 2 });
    expect([transmit(60, 1), transmit(60, 2), transmit(60, 3)]).toEqual([true, true, false]);
    // The last bit has passed, but the interrupt is not served yet.
    run(84 * 8 + 400);
    expect(transmit(60, 3)).toBe(false);
    run(84 * 8 + 500);
    expect(told.sent.map(({ key }) => key)).toEqual([1]);
    expect(transmit(60, 3)).toBe(true);
    run();
    expect(told.sent.map(({ key }) => key)).toEqual([1, 2, 3]);
    expect(sent).toHaveLength(3);
  });

  test('the board is at its end when the last frame has left', () => {
    const { k, transmit, run } = bench();
    transmit(60);
    expect(k.state.transmitters).toBe(1);
    run();
    expect(k.state.transmitters).toBe(0);
  });

  test('without a cable nothing leaves, and what waits is lost with it', () => {
    const { transmit, carrier, run, sent } = bench({ bitsPerSecond: 0 });
    expect(transmit(60, 1)).toBe(true);
    expect(told.lost).toEqual([1]);
    carrier(HUNDRED);
    transmit(60, 2);
    transmit(60, 3);
    carrier(0);
    run();
    expect([told.lost, told.sent.map(({ key }) => key)]).toEqual([[1, 3], [2]]);
    expect(sent).toHaveLength(1);
  });

  test('the link may become faster or slower, from the next frame on', () => {
    const { transmit, carrier, run, sent } = bench();
    transmit(60);
    carrier(10e6);
    transmit(60);
    run();
    const second = 84 * 80;
    expect(sent[1]!.startNs).toBe(second + 8 * 800);
  });

  test('an interface that goes down drops what has not begun', () => {
    const { k, device, transmit, run, sent } = bench();
    transmit(60, 1);
    transmit(60, 2);
    device.net!.setUp(k, false);
    run();
    expect([sent.length, told.lost]).toEqual([1, [2]]);
  });
});

describe('receiving', () => {
  test('frames for the board, for all and for its groups come in, others do not', () => {
    const { k, device, receive, run } = bench({ rxRing: 8 });
    device.net!.setFilter(k, [GROUP]);
    for (const to of [MAC, MAC + 1, 0xffff_ffff_ffff, GROUP, GROUP + 1]) receive(frame(60, to), 0);
    run();
    expect(told.received.map(({ bytes }) => bytes[5])).toEqual([1, 255, 1]);
    device.net!.setFilter(k, []);
    receive(frame(60, GROUP), 0);
    run();
    expect(told.received).toHaveLength(3);
  });

  test('the ring overruns when the CPU takes no interrupts', () => {
    const { k, receive, run, counts } = bench({ rxRing: 3 });
    setMasked(k, true);
    for (let i = 0; i < 5; i++) receive(frame(60), 0);
    run();
    expect([told.received.length, counts.rxDropped]).toEqual([0, 2]);
    setMasked(k, false);
    run();
    expect(told.received).toHaveLength(3);
  });

  test('damaged frames, and those that are too short or too long, are counted and gone', () => {
    const { receive, run, counts, shown } = bench();
    receive(frame(60), 0, true);
    receive(frame(13), 0);
    receive(frame(1519), 0);
    receive(frame(1518), 0);
    run();
    expect([told.received.length, counts.rxErrors]).toEqual([1, 3]);
    expect(shown('Not received')).toMatchObject({ text: '1 damaged, 2 too short or long' });
  });

  test('nothing comes in without a cable, or while the interface is down', () => {
    const { k, device, receive, carrier, run } = bench();
    carrier(0);
    receive(frame(60), 0);
    carrier(HUNDRED);
    device.net!.setUp(k, false);
    receive(frame(60), 0);
    run();
    expect(told.received).toEqual([]);
  });

  test('it takes frames, and nothing that is for other ports', () => {
    const { k, device } = bench();
    expect(() => device.input!(k, { type: 'break', on: true })).toThrow('eth0 is a network port');
  });
});

test('the interface runs as long as there is a link', () => {
  const { carrier, flags } = bench({ bitsPerSecond: 0 });
  expect(flags() & InterfaceFlag.Running).toBe(0);
  carrier(HUNDRED);
  expect(flags() & InterfaceFlag.Running).not.toBe(0);
  carrier(0);
  expect(flags() & InterfaceFlag.Running).toBe(0);
});

test('frames are stamped by the PTP clock as their start delimiter passes, and by CLOCK_REALTIME in the driver', () => {
  const { k, transmit, receive, run, passed } = bench();
  k.state.settings.oscillator = {
    ppm: 100,
    tolerancePpm: 0,
    driftPpmPerDay: 0,
    wanderPpb: 0,
    ppmPerDegree: 0,
    noiseNs: 0,
  };
  k.state.cycles = 100_000_000;
  transmit(60);
  run();
  receive(frame(60), 1_500_000_000);
  run();
  const second = 1_000_000_000;
  expect(told.sent[0]!.stamp).toMatchObject({ hardware: { sec: 1, nsec: 640 + 100_000 } });
  expect(told.received[0]!.stamp).toMatchObject({ hardware: { sec: 1, nsec: 500_150_000 } });
  expect(passed).toEqual([
    { direction: 'out', atNs: second + 640 },
    { direction: 'in', atNs: 1_500_000_000 },
  ]);
});

test('after a reset the cable and what is on it are still there, and the rings are empty', () => {
  const { k, device, transmit, run, sent } = bench();
  transmit(60);
  transmit(60);
  // As the board does it (reset.ts).
  const kept = device.kept!(k);
  k.state.hardware.set('eth0', { ...structuredClone(device.state), ...kept });
  k.state.events = [];
  k.state.transmitters = 0;
  device.start!(k);
  device.net!.setUp(k, true);
  expect(k.state.net.interfaces.filter(({ name }) => name === 'eth0')).toHaveLength(1);
  transmit(60);
  run();
  expect(sent.map(({ startNs }) => startNs)).toEqual([640, 84 * 80 + 640]);
});

describe('what is stamped (SIOCSHWTSTAMP)', () => {
  const sync = messageFrame('802.3', { type: MessageType.Sync });
  /** A Sync and another frame leave, and a frame comes, with that setting. */
  function stamps(tx: number, rx: number, first = sync) {
    const { k, device, run, receive } = bench();
    k.state.net.interfaces.find(({ name }) => name === 'eth0')!.stamping = { tx, rx };
    const left: Uint8Array[] = [];
    k.onOutput = (_, output) => left.push((output as FrameOutput).bytes);
    k.state.cycles = 12_345;
    for (const bytes of [first, frame(60)]) device.net!.transmit(k, { bytes, pid: 7, socket: 1, key: 1 });
    receive(frame(60), 1000);
    run();
    return {
      left,
      sent: told.sent.map(({ stamp }) => stamp.hardware?.nsec),
      received: told.received.map(({ stamp }) => stamp.hardware?.nsec),
    };
  }
  /** The oscillator is 100 ppm fast. */
  const stampAt = (ns: number) => Math.floor(ns * 1.0001);
  const beginNs = stampAt(123_450 + 640);
  const secondNs = stampAt(123_450 + 640 + (60 + 4 + 12 + 8) * 80);

  test('everything, unless it is told otherwise', () => {
    const { left, sent, received } = stamps(StampSent.On, StampReceived.All);
    expect(left[0]).toEqual(sync);
    expect(sent).toEqual([beginNs, secondNs]);
    expect(received).toEqual([1000]);
  });

  test('nothing', () => {
    const { left, sent, received } = stamps(StampSent.Off, StampReceived.None);
    expect(left[0]).toEqual(sync);
    expect([sent, received]).toEqual([[undefined, undefined], [undefined]]);
  });

  test('Syncs of one-step clocks in themselves, where the start delimiter passes, and by no stamp beside', () => {
    for (const tx of [StampSent.OneStepSync, StampSent.OneStepPeer]) {
      told.sent = [];
      const { left, sent } = stamps(tx, StampReceived.All);
      const origin = { sec: 0, nsec: beginNs };
      expect(left[0]).toEqual(messageFrame('802.3', { type: MessageType.Sync, origin }));
      expect(sent).toEqual([undefined, secondNs]);
      // Its sender has it as it was.
      expect(left[0]).not.toEqual(sync);
    }
  });

  test('messages of two-step clocks as ever', () => {
    const twoStep = messageFrame('802.3', { type: MessageType.Sync, flags: Flag.TwoStep });
    const { left, sent } = stamps(StampSent.OneStepPeer, StampReceived.All, twoStep);
    expect(left[0]).toEqual(twoStep);
    expect(sent).toEqual([beginNs, secondNs]);
  });
});
