import { describe, expect, test } from 'vitest';
import { groupMac, MAC_BROADCAST } from '../../kernel/net/address';
import { put16, put32, put48 } from '../../kernel/net/bytes';
import type { Carrier, FrameOutput } from '../../kernel/hardware';
import type { LinkSettings } from './link';
import { Network } from './network';
import type { NetworkPlan, SwitchPlan } from './plan';

const RATE = 100e6;
const BYTE_NS = 8e9 / RATE;
/** From the beginning of a frame until its last bit has left. */
const wire = (bytes: number) => (8 + bytes + 4) * BYTE_NS;
const MAC = 0x0200_0000_0001;
const macOf = (board: number) => MAC + board;

function frame(to: number, from: number, length = 60, fill = 0): Uint8Array {
  const bytes = new Uint8Array(length).fill(fill, 14);
  put48(bytes, 0, to);
  put48(bytes, 6, from);
  put16(bytes, 12, 0x88b5);
  return bytes;
}

interface Come {
  board: number;
  bytes: Uint8Array;
  startNs: number;
  atNs: number;
  damaged: boolean;
}

/** A network of boards a, b, c, ... with a port each, and what comes to them and the host. */
function network(boards: number, plan: Partial<NetworkPlan>, seed = 1) {
  const frames: Come[] = [];
  const carriers: [board: number, bitsPerSecond: number, atNs: number][] = [];
  const host: { port: string; bytes: Uint8Array; atNs: number }[] = [];
  const names = Array.from({ length: boards }, (_, i) => String.fromCharCode(97 + i));
  const made = new Network(
    { links: [], switches: [], ...plan },
    names.map((name) => ({ name, ports: ['eth0'] })),
    seed,
    {
      arrive(board, _way, _device, value: FrameOutput | Carrier, atNs) {
        if (value.type === 'carrier') carriers.push([board, value.bitsPerSecond, atNs]);
        else frames.push({ board, bytes: value.bytes, startNs: value.startNs, atNs, damaged: value.damaged ?? false });
      },
      onHostFrame: (port, bytes, atNs) => host.push({ port, bytes, atNs }),
    },
  );
  /** A board begins to send at a time. */
  const send = (board: number, bytes: Uint8Array, beginNs: number) => {
    run(beginNs);
    made.send(board, 'eth0', { type: 'frame', bytes, startNs: beginNs + 8 * BYTE_NS });
  };
  const run = (untilNs = Infinity) => {
    for (let steps = 0; made.nextNs < Infinity && made.nextNs <= untilNs && steps < 1e6; steps++) made.step();
  };
  return { made, frames, carriers, host, send, run };
}

const pair = (settings: Partial<LinkSettings>, seed?: number) =>
  network(2, { links: [{ from: 'a/eth0', to: 'b/eth0', settings }] }, seed);
const star = (boards: number, settings: SwitchPlan['settings'] = {}, ports = boards) =>
  network(boards, {
    switches: [{ name: 'switch', ports, settings }],
    links: Array.from({ length: boards }, (_, i) => ({
      from: `${String.fromCharCode(97 + i)}/eth0`,
      to: `switch/${i + 1}`,
    })),
  });
const between = (value: number, least: number, most: number) => {
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
};

describe('a link', () => {
  test('takes the time of the frame and its delay, each way with its own', () => {
    const { frames, send } = pair({ delayNs: [1234, 98_765] });
    for (const [i, length] of [60, 61, 333, 1514].entries()) {
      send(0, frame(macOf(1), macOf(0), length), i * 1e6);
      send(1, frame(macOf(0), macOf(1), length), i * 1e6 + 7);
      const [forth, back] = frames.slice(-2);
      expect(forth).toMatchObject({ board: 1, startNs: i * 1e6 + 640 + 1234, atNs: i * 1e6 + wire(length) + 1234 });
      expect(back).toMatchObject({ board: 0, atNs: i * 1e6 + 7 + wire(length) + 98_765, damaged: false });
    }
  });

  test('of another rate', () => {
    const { frames, made } = pair({ bitsPerSecond: 1e9, delayNs: [500, 500] });
    made.send(0, 'eth0', { type: 'frame', bytes: frame(macOf(1), macOf(0), 1000), startNs: 64 });
    expect(frames[0]!.atNs).toBe((8 + 1000 + 4) * 8 + 500);
    expect(made.lookaheadNs).toEqual([72 * 8 + 500, 72 * 8 + 500]);
  });

  test('loses, doubles, holds back and damages as many as it is told, and says how many', () => {
    const { frames, made, send } = pair({
      loss: [0.1, 0],
      duplicate: [0.05, 0],
      reorder: [0.2, 0],
      corrupt: [0.02, 0],
    });
    const COUNT = 20_000;
    for (let i = 0; i < COUNT; i++) {
      const bytes = frame(macOf(1), macOf(0), 100);
      put32(bytes, 14, i);
      send(0, bytes, i * (wire(100) + 960));
    }
    send(1, frame(macOf(0), macOf(1)), 0);
    const [{ counts }] = made.links as [(typeof made.links)[0]];
    expect(counts[0]).toMatchObject({ frames: COUNT, bytes: COUNT * 100, delivered: frames.length - 1, dropped: 0 });
    expect(counts[1]).toMatchObject({ frames: 1, delivered: 1, lost: 0 });
    expect(counts[0].delivered).toBe(COUNT - counts[0].lost + counts[0].duplicated);
    // Four standard deviations of a binomial distribution.
    const near = (value: number, share: number, of: number) =>
      between(value, of * share - 4 * Math.sqrt(of * share), of * share + 4 * Math.sqrt(of * share));
    const whole = COUNT - counts[0].lost;
    near(counts[0].lost, 0.1, COUNT);
    near(counts[0].duplicated, 0.05, whole);
    near(counts[0].reordered, 0.2, whole);
    near(counts[0].corrupted, 0.02, whole);
    const damaged = frames.filter((each) => each.damaged);
    between(damaged.length, counts[0].corrupted, counts[0].corrupted * 1.2);
    for (const { bytes } of damaged)
      expect(bytes.some((byte, i) => byte !== frame(macOf(1), macOf(0), 100)[i])).toBe(true);
    // Held back by so much that others come before.
    const numbers = frames
      .filter(({ board, damaged: isDamaged }) => board === 1 && !isDamaged)
      .sort((a, b) => a.atNs - b.atNs)
      .map(({ bytes }) => (bytes[16]! << 8) | bytes[17]!);
    const late = numbers.filter((number, i) => number < Math.max(...numbers.slice(Math.max(0, i - 50), i))).length;
    between(late, 0.17 * whole, 0.27 * whole);
  });

  test.each([
    ['uniform', 1000, 0, 1000 / Math.sqrt(3), -1000, 1000],
    ['normal', 1000, 0, 1000, -4000, 4000],
    ['exponential', 1000, 1000, 1000, 0, 20_000],
  ] as const)('jitter that is %s', (shape, ns, mean, deviation, least, most) => {
    const DELAY = 10_000;
    const { frames, send } = pair({
      delayNs: [DELAY, 0],
      jitter: [
        { shape, ns },
        { shape: 'none', ns: 0 },
      ],
    });
    const COUNT = 20_000;
    for (let i = 0; i < COUNT; i++) send(0, frame(macOf(1), macOf(0)), i * 1e6);
    const jitter = frames.map(({ atNs }, i) => atNs - i * 1e6 - wire(60) - DELAY);
    const average = jitter.reduce((a, b) => a + b) / COUNT;
    expect(Math.abs(average - mean)).toBeLessThan(30);
    const variance = jitter.reduce((sum, each) => sum + (each - average) ** 2, 0) / COUNT;
    expect(Math.abs(Math.sqrt(variance) - deviation)).toBeLessThan(25);
    between(Math.min(...jitter), least, mean);
    between(Math.max(...jitter), mean, most);
    expect(jitter.every((each) => Number.isInteger(each))).toBe(true);
  });

  test('takes longer one way by an asymmetry, which comes on top of the delay', () => {
    for (const asymmetryNs of [10_000, -10_000]) {
      const { made, frames, send } = pair({ delayNs: [300, 200], asymmetryNs });
      send(0, frame(macOf(1), macOf(0)), 0);
      send(1, frame(macOf(0), macOf(1)), 0);
      const [forth, back] = asymmetryNs > 0 ? [10_300, 200] : [300, 10_200];
      expect(frames.map(({ atNs }) => atNs)).toEqual([wire(60) + forth, wire(60) + back]);
      expect(made.lookaheadNs).toEqual([72 * BYTE_NS + back, 72 * BYTE_NS + forth]);
    }
  });

  test('takes longer in bursts, which come and last as by a chain of two states', () => {
    const burst = { everyNs: 90e6, lastingNs: 10e6, delayNs: 50_000 };
    const none = { everyNs: 0, lastingNs: 0, delayNs: 0 };
    const COUNT = 40_000;
    for (const stepNs of [1e6, 1e9]) {
      const { frames, send } = pair({ bursts: [burst, none] });
      for (let i = 0; i < COUNT; i++) send(0, frame(macOf(1), macOf(0)), i * stepNs);
      send(1, frame(macOf(0), macOf(1)), COUNT * stepNs);
      const extra = frames.map(({ atNs }, i) => Math.round(atNs - i * stepNs - wire(60)));
      expect(extra.pop()).toBe(0);
      expect(new Set(extra)).toEqual(new Set([0, 50_000]));
      const share = extra.filter((ns) => ns > 0).length / COUNT;
      between(share, stepNs === 1e6 ? 0.08 : 0.095, stepNs === 1e6 ? 0.12 : 0.105);
      // How often the next frame is as this one: e^-(1/90 + 1/10) of what a chance would leave, or that chance.
      const begun = extra.filter((ns, i) => i > 0 && ns > 0 && extra[i - 1] === 0).length / COUNT;
      const kept = Math.exp(-stepNs * (1 / 90e6 + 1 / 10e6));
      between(begun, 0.9 * 0.1 * 0.9 * (1 - kept), 1.1 * 0.1 * 0.9 * (1 - kept));
    }
  });

  test('lets no frame overtake another by jitter alone', () => {
    const { frames, send } = pair({
      jitter: [
        { shape: 'exponential', ns: 100_000 },
        { shape: 'none', ns: 0 },
      ],
    });
    const LENGTH = 200;
    for (let i = 0; i < 2000; i++) send(0, frame(macOf(1), macOf(0), LENGTH), i * (wire(LENGTH) + 960));
    frames.slice(1).forEach(({ atNs }, i) => between(atNs - frames[i]!.atNs, wire(LENGTH) + 960, Infinity));
  });

  test('is the same for the same seed, and for another it is not', () => {
    const times = (seed: number) => {
      const { frames, send } = pair({ loss: [0.5, 0.5] }, seed);
      for (let i = 0; i < 100; i++) send(0, frame(macOf(1), macOf(0)), i * 1e6);
      return frames.map(({ atNs }) => atNs);
    };
    expect(times(5)).toEqual(times(5));
    expect(times(5)).not.toEqual(times(6));
  });

  test('is as it was for what began before it changed', () => {
    const { made, frames, send, carriers } = pair({ delayNs: [1000, 1000] });
    made.input({ link: 'a/eth0-b/eth0', settings: { delayNs: [50, 60], bitsPerSecond: 10e6 } }, 5_000_000);
    expect(carriers).toEqual([
      [0, 10e6, 5_000_000],
      [1, 10e6, 5_000_000],
    ]);
    // The shortest that any frame of now or later takes.
    expect(made.lookaheadNs).toEqual([72 * 80 + 1000, 72 * 80 + 1000]);
    send(0, frame(macOf(1), macOf(0)), 4_999_999);
    expect(frames[0]!.atNs).toBe(4_999_999 + wire(60) + 1000);
    made.send(0, 'eth0', { type: 'frame', bytes: frame(macOf(1), macOf(0)), startNs: 5_100_000 + 6400 });
    expect(frames[1]!.atNs).toBe(5_100_000 + 72 * 800 + 50);
    expect(made.lookaheadNs[1]).toBe(72 * 800 + 50);
    expect(made.position).toBe(1);
  });

  test('that is pulled out or cut has no carrier, and nothing passes', () => {
    const { made, frames, send, carriers } = pair({});
    made.input({ port: 'b/eth0', plugged: false }, 1000);
    made.input({ port: 'b/eth0', plugged: false }, 1500);
    send(0, frame(macOf(1), macOf(0)), 2000);
    expect(frames).toEqual([]);
    expect(made.links[0]).toMatchObject({ plugged: [true, false], counts: [{ frames: 0, dropped: 1 }, {}] });
    made.input({ link: 'a/eth0-b/eth0', settings: { up: false } }, 3000);
    made.input({ port: 'b/eth0', plugged: true }, 4000);
    made.input({ link: 'a/eth0-b/eth0', settings: { up: true } }, 5000);
    expect(carriers).toEqual([
      [0, 0, 1000],
      [1, 0, 1000],
      [0, RATE, 5000],
      [1, RATE, 5000],
    ]);
    send(0, frame(macOf(1), macOf(0)), 5000);
    expect(frames).toHaveLength(1);
    expect(() => made.input({ link: 'x', settings: {} }, 0)).toThrow('There is no link "x".');
    expect(() => made.input({ port: 'x', plugged: true }, 0)).toThrow('There is no port "x".');
  });
});

describe('a port of the host', () => {
  test('is each port of a board that no link joins; what comes goes one behind the other, at the rate of the link', () => {
    const { made, frames, host, send, run, carriers } = network(1, {});
    expect(made.hostPorts).toEqual([{ id: 'a/eth0', plugged: false }]);
    expect(made.carriers()).toMatchObject([{ board: 0, device: 'eth0', value: { bitsPerSecond: 0 } }]);
    made.input({ port: 'a/eth0', plugged: true }, 100);
    expect(carriers).toEqual([[0, RATE, 100]]);
    made.input({ port: 'a/eth0', frame: frame(macOf(0), 1, 20) }, 1000);
    made.input({ port: 'a/eth0', frame: frame(macOf(0), 1, 1514) }, 1000);
    made.input({ port: 'a/eth0', frame: frame(macOf(0), 1, 2000) }, 1000);
    expect(frames.map(({ atNs, bytes }) => [atNs, bytes.length])).toEqual([
      [1000 + wire(60), 60],
      [1000 + wire(60) + 960 + wire(1514), 1514],
    ]);
    send(0, frame(1, macOf(0), 100), 1e6);
    run();
    expect(host).toMatchObject([{ port: 'a/eth0', atNs: 1e6 + wire(100) }]);
    expect(made.links).toMatchObject([
      { name: 'a/eth0', ends: ['a/eth0', 'host:a/eth0'], counts: [{ frames: 1 }, { frames: 2, dropped: 1 }] },
    ]);
  });

  test('does not wait longer than a second', () => {
    const { made } = network(1, {});
    made.input({ port: 'a/eth0', plugged: true }, 0);
    for (let i = 0; i < 9000; i++) made.input({ port: 'a/eth0', frame: frame(macOf(0), 1, 1514) }, 0);
    const [, back] = made.links[0]!.counts;
    between(back.frames, 8120, 8140);
    expect(back.dropped).toBe(9000 - back.frames);
  });

  test('at a switch has a name of its own', () => {
    const { made, host, send, run } = network(1, {
      switches: [{ name: 'switch', ports: 2 }],
      links: [
        { from: 'a/eth0', to: 'switch/1' },
        { from: 'switch/2', to: 'host:lan' },
      ],
    });
    expect(made.hostPorts).toEqual([{ id: 'host:lan', plugged: false }]);
    send(0, frame(MAC_BROADCAST, macOf(0)), 0);
    run();
    expect(host).toEqual([]);
    made.input({ port: 'host:lan', plugged: true }, 1e6);
    send(0, frame(MAC_BROADCAST, macOf(0)), 1e6);
    run();
    expect(host).toHaveLength(1);
    expect(() => made.input({ port: 'a/eth0', frame: frame(0, 0) }, 0)).toThrow("is not the host's");
  });
});

describe('a switch', () => {
  const STORE = 5000;

  test('stores each frame and sends it where its address was seen, or to all others', () => {
    const { frames, send, run } = star(4);
    const sendAndSee = (from: number, to: number, atNs: number) => {
      frames.length = 0;
      send(from, frame(to, macOf(from), 100), atNs);
      run();
      return frames.map(({ board, atNs: cameNs }) => [board, cameNs - atNs]);
    };
    const time = 2 * wire(100) + STORE;
    expect(sendAndSee(0, macOf(1), 0)).toEqual([1, 2, 3].map((board) => [board, time]));
    expect(sendAndSee(1, macOf(0), 1e6)).toEqual([[0, time]]);
    expect(sendAndSee(0, macOf(1), 2e6)).toEqual([[1, time]]);
    expect(sendAndSee(0, MAC_BROADCAST, 3e6)).toEqual([1, 2, 3].map((board) => [board, time]));
    expect(sendAndSee(0, groupMac(0xe000_0181), 4e6)).toEqual([1, 2, 3].map((board) => [board, time]));
    // Not back where it came from, and not what stays on its link.
    expect(sendAndSee(2, macOf(2), 5e6)).toEqual([]);
    expect(sendAndSee(2, 0x0180_c200_000e, 6e6)).toEqual([]);
    // An address that moves.
    send(3, frame(macOf(1), macOf(0)), 7e6);
    run();
    expect(sendAndSee(1, macOf(0), 8e6)).toEqual([[3, time]]);
  });

  test('forgets addresses that it has not seen for long, and those of a port without link', () => {
    const { made, frames, send, run } = star(3, { ageingNs: 10e9 });
    const reached = (atNs: number) => {
      frames.length = 0;
      send(0, frame(macOf(1), macOf(0)), atNs);
      run();
      return frames.map(({ board }) => board);
    };
    send(1, frame(MAC_BROADCAST, macOf(1)), 0);
    run();
    expect(reached(9.9e9)).toEqual([1]);
    expect(made.switches(9.9e9)[0]!.ports.map(({ macs }) => macs)).toEqual([[macOf(0)], [macOf(1)], []]);
    expect(reached(10.1e9)).toEqual([1, 2]);
    expect(made.switches(10.1e9)[0]!.ports[1]!.macs).toEqual([]);
    send(1, frame(MAC_BROADCAST, macOf(1)), 11e9);
    run();
    expect(reached(12e9)).toEqual([1]);
    made.input({ port: 'switch/2', plugged: false }, 13e9);
    expect(reached(13e9 + 1)).toEqual([2]);
    made.input({ port: 'switch/2', plugged: true }, 14e9);
    expect(reached(14e9 + 1)).toEqual([1, 2]);
  });

  test('queues what waits for a port, up to its limit', () => {
    const { made, frames, send, run } = star(3, { queueBytes: 5 * 1000 });
    send(2, frame(MAC_BROADCAST, macOf(2)), 0);
    run();
    frames.length = 0;
    // Two ports at full rate into one.
    const each = wire(1000) + 960;
    for (let i = 0; i < 20; i++) {
      for (const board of [0, 1]) send(board, frame(macOf(2), macOf(board), 1000), 1e6 + i * each);
    }
    run();
    const to = frames.filter(({ board }) => board === 2);
    const [port] = made.switches(1e9)[0]!.ports.slice(2);
    expect(port!.counts).toMatchObject({ sent: to.length, dropped: 40 - to.length });
    between(to.length, 24, 26);
    to.forEach(({ atNs }, i) => expect(atNs).toBe(1e6 + 2 * wire(1000) + STORE + i * each));
    expect(port!.queued).toBe(0);
    expect(made.nextNs).toBe(Infinity);
  });

  test('passes frames on between links of different rates', () => {
    const { frames, send, run } = network(2, {
      switches: [{ name: 'switch', ports: 2, settings: { storeNs: 0 } }],
      links: [
        { from: 'a/eth0', to: 'switch/1', settings: { delayNs: [100, 0] } },
        { from: 'b/eth0', to: 'switch/2', settings: { bitsPerSecond: 10e6, delayNs: [0, 200] } },
      ],
    });
    send(0, frame(macOf(1), macOf(0), 500), 0);
    run();
    expect(frames[0]!.atNs).toBe(wire(500) + 100 + 10 * wire(500) + 200);
  });

  test('drops what is damaged', () => {
    const { made, frames, send, run } = network(2, {
      switches: [{ name: 'switch', ports: 2 }],
      links: [
        { from: 'a/eth0', to: 'switch/1', settings: { corrupt: [1, 0] } },
        { from: 'b/eth0', to: 'switch/2' },
      ],
    });
    send(0, frame(macOf(1), macOf(0)), 0);
    run();
    expect(frames).toEqual([]);
    expect(made.switches(1e6)[0]!.ports[0]!.counts).toMatchObject({ damaged: 1, received: 0 });
  });

  test('knows only so many addresses', () => {
    const { made, send, run } = star(2);
    for (let i = 0; i < 6000; i++) send(0, frame(macOf(1), 0x0600_0000_0000 + i), i * 10_000);
    run();
    expect(made.switches(60e6)[0]!.ports[0]!.macs).toHaveLength(4096);
  });

  test('in a tree, and in a loop, which has a storm that the queues bound', () => {
    const tree = network(3, {
      switches: [
        { name: 'one', ports: 3 },
        { name: 'two', ports: 3 },
      ],
      links: [
        { from: 'a/eth0', to: 'one/1' },
        { from: 'b/eth0', to: 'two/1' },
        { from: 'c/eth0', to: 'two/2' },
        { from: 'one/3', to: 'two/3' },
      ],
    });
    tree.send(0, frame(MAC_BROADCAST, macOf(0), 100), 0);
    tree.run();
    expect(tree.frames.map(({ board, atNs }) => [board, atNs])).toEqual(
      [1, 2].map((board) => [board, 3 * wire(100) + 2 * STORE]),
    );
    const loop = network(2, {
      switches: ['one', 'two', 'three'].map((name) => ({ name, ports: 3, settings: { queueBytes: 3000 } })),
      links: [
        { from: 'a/eth0', to: 'one/3' },
        { from: 'one/1', to: 'two/2' },
        { from: 'two/1', to: 'three/2' },
        { from: 'three/1', to: 'one/2' },
        { from: 'b/eth0', to: 'two/3' },
      ],
    });
    for (let i = 0; i < 50; i++) loop.send(0, frame(MAC_BROADCAST, macOf(0), 1000), i * (wire(1000) + 960));
    loop.run(50e6);
    // It goes on for ever, at the rate of the links.
    expect(loop.made.nextNs).toBeLessThan(51e6);
    between(loop.frames.filter(({ board }) => board === 1).length, 500, 50e6 / wire(1000));
    for (const { ports } of loop.made.switches(50e6)) for (const { queued } of ports) between(queued, 0, 3000);
  });
});

describe('a switch that snoops', () => {
  const GROUP = 0xe101_0203;
  const OTHER = 0xe101_0204;

  /** An IPv4 packet, in a frame, from a board. */
  function packet(board: number, destination: number, protocol: number, payload: number[]): Uint8Array {
    const bytes = frame(groupMac(destination), macOf(board), 60);
    put16(bytes, 12, 0x0800);
    bytes.set([0x45, 0, 0, 20 + payload.length, 0, 0, 0, 0, 1, protocol], 14);
    put32(bytes, 30, destination);
    bytes.set(payload, 34);
    return bytes;
  }
  const octets = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
  const igmp = (board: number, type: number, group: number, to = group) =>
    packet(board, to, 2, [type, 0, 0, 0, ...octets(group)]);
  const report3 = (board: number, kind: number, group: number, sources: number[] = []) =>
    packet(board, 0xe000_0016, 2, [
      ...[0x22, 0, 0, 0, 0, 0, 0, 1, kind, 0, 0, sources.length, ...octets(group)],
      ...sources.flatMap(octets),
    ]);
  const data = (board: number, group: number) => packet(board, group, 17, [0, 0, 0, 0, 0, 8, 0, 0]);
  const [QUERY, REPORT, LEAVE] = [0x11, 0x16, 0x17];

  function snooping(settings: SwitchPlan['settings'] = {}) {
    const all = star(4, { snooping: true, ...settings });
    const { frames, send, run } = all;
    /** Boards that something reaches. */
    const reached = (board: number, bytes: Uint8Array, atNs: number) => {
      run(atNs);
      frames.length = 0;
      send(board, bytes, atNs);
      run(atNs + 1e6);
      return frames.map((each) => each.board);
    };
    return { ...all, reached };
  }

  test('sends to the members and the routers, and joins only to the routers', () => {
    const { made, reached } = snooping();
    expect(reached(0, data(0, GROUP), 0)).toEqual([1, 2, 3]);
    expect(reached(1, igmp(1, REPORT, GROUP), 1e9)).toEqual([]);
    expect(reached(0, data(0, GROUP), 2e9)).toEqual([1]);
    expect(reached(1, data(1, GROUP), 2.1e9)).toEqual([]);
    // A group that nobody has joined, and one of the link.
    expect(reached(0, data(0, OTHER), 3e9)).toEqual([1, 2, 3]);
    expect(reached(0, data(0, 0xe000_0001), 4e9)).toEqual([1, 2, 3]);
    // A router at port 4.
    expect(reached(3, igmp(3, QUERY, 0, 0xe000_0001), 5e9)).toEqual([0, 1, 2]);
    expect(reached(0, data(0, GROUP), 6e9)).toEqual([1, 3]);
    expect(reached(2, igmp(2, REPORT, GROUP), 7e9)).toEqual([3]);
    expect(reached(0, data(0, GROUP), 8e9)).toEqual([1, 2, 3]);
    expect(made.switches(8e9)[0]!.ports.map(({ groups }) => groups)).toEqual([[], [GROUP], [GROUP], []]);
    // Frames that are no IPv4 go to all.
    expect(reached(0, frame(0x011b_1900_0000, macOf(0)), 9e9)).toEqual([1, 2, 3]);
  });

  test('forgets who does not answer, at once when a router asks for the last time', () => {
    const { reached } = snooping();
    reached(1, igmp(1, REPORT, GROUP), 0);
    reached(2, igmp(2, REPORT, GROUP), 100e9);
    expect(reached(0, data(0, GROUP), 259e9)).toEqual([1, 2]);
    expect(reached(0, data(0, GROUP), 261e9)).toEqual([2]);
    expect(reached(0, data(0, GROUP), 361e9)).toEqual([1, 2, 3]);
    reached(1, igmp(1, REPORT, GROUP), 400e9);
    reached(2, igmp(2, REPORT, GROUP), 400e9 + 1e7);
    reached(3, igmp(3, QUERY, 0, 0xe000_0001), 401e9);
    expect(reached(1, igmp(1, LEAVE, GROUP, 0xe000_0002), 402e9)).toEqual([3]);
    expect(reached(0, data(0, GROUP), 403e9)).toEqual([1, 2, 3]);
    reached(3, igmp(3, QUERY, GROUP), 404e9);
    reached(2, igmp(2, REPORT, GROUP), 405e9);
    expect(reached(0, data(0, GROUP), 406.1e9)).toEqual([2, 3]);
  });

  test('asks itself, and whoever leaves, whether others are there', () => {
    const { frames, made, reached, run } = snooping({ queryNs: 10e9 });
    run(0.9e9);
    expect(frames).toEqual([]);
    run(1.1e9);
    expect(frames.map(({ board }) => board)).toEqual([0, 1, 2, 3]);
    const [{ bytes }] = frames as [Come];
    expect([...bytes.subarray(0, 6)]).toEqual([1, 0, 0x5e, 0, 0, 1]);
    expect([...bytes.subarray(38, 46)]).toEqual([0x11, 100, 0xee, 0x9b, 0, 0, 0, 0]);
    reached(1, igmp(1, REPORT, GROUP), 2e9);
    frames.length = 0;
    expect(reached(1, igmp(1, LEAVE, GROUP, 0xe000_0002), 3e9)).toEqual([1]);
    expect([...frames[0]!.bytes.subarray(38, 40), ...frames[0]!.bytes.subarray(42, 46)]).toEqual([
      0x11,
      10,
      ...octets(GROUP),
    ]);
    expect(reached(0, data(0, GROUP), 4e9)).toEqual([1]);
    expect(reached(0, data(0, GROUP), 5.1e9)).toEqual([1, 2, 3]);
    reached(2, igmp(2, REPORT, GROUP), 6e9);
    frames.length = 0;
    run(11.5e9);
    expect(frames).toHaveLength(4);
    // Twice the interval and the time to answer.
    expect(made.switches(35.9e9)[0]!.ports[2]!.groups).toEqual([GROUP]);
    expect(made.switches(36.1e9)[0]!.ports[2]!.groups).toEqual([]);
  });

  test('understands version 3', () => {
    const { reached } = snooping();
    reached(1, report3(1, 4, GROUP), 0);
    reached(2, report3(2, 1, GROUP, [0x0a00_0001]), 0.1e9);
    expect(reached(0, data(0, GROUP), 1e9)).toEqual([1, 2]);
    expect(reached(0, data(0, OTHER), 1.5e9)).toEqual([1, 2, 3]);
    const asking = snooping({ queryNs: 100e9 });
    asking.reached(1, report3(1, 4, GROUP), 0);
    expect(asking.reached(1, report3(1, 3, GROUP), 2e9)).toEqual([1]);
    expect(asking.reached(0, data(0, GROUP), 3e9)).toEqual([1]);
    expect(asking.reached(0, data(0, GROUP), 4.1e9)).toEqual([1, 2, 3]);
  });
});

test('a checkpoint is all of it', () => {
  const plan: Partial<NetworkPlan> = {
    switches: [{ name: 'switch', ports: 3, settings: { snooping: true, queryNs: 2e9 } }],
    links: ['a', 'b', 'c'].map((name, i) => ({
      from: `${name}/eth0`,
      to: `switch/${i + 1}`,
      settings: {
        loss: [0.1, 0.2],
        duplicate: [0.1, 0.1],
        jitter: [
          { shape: 'normal', ns: 3000 },
          { shape: 'uniform', ns: 9 },
        ],
      },
    })),
  };
  const first = network(3, plan);
  const traffic = ({ send, run, made }: typeof first, from: number) => {
    for (let i = from; i < from + 300; i++)
      send(i % 3, frame(i % 5 ? macOf((i + 1) % 3) : MAC_BROADCAST, macOf(i % 3), 600), i * 50_000);
    if (from > 0) made.input({ port: 'b/eth0', plugged: false }, from * 50_000 + 20e6);
    run((from + 300) * 50_000);
  };
  traffic(first, 0);
  const mark = first.made.checkpoint();
  const hash = first.made.hash();
  first.frames.length = 0;
  traffic(first, 300);
  const second = network(3, plan);
  second.made.restore(mark);
  expect(second.made.hash()).toBe(hash);
  traffic(second, 300);
  expect(second.frames).toEqual(first.frames);
  expect(second.made.hash()).toBe(first.made.hash());
  expect(second.made.lookaheadNs).toEqual(first.made.lookaheadNs);
  expect(first.made.hash()).not.toBe(hash);
});

test('a plan that makes no sense', () => {
  expect(() => pair({}).made.hostPorts).not.toThrow();
  const links = [{ from: 'a/eth0', to: 'b/eth1' }];
  expect(() => network(2, { links })).toThrow('There is no port "b/eth1".');
  const twice = ['b', 'c'].map((name) => ({ from: 'a/eth0', to: `${name}/eth0` }));
  expect(() => network(3, { links: twice })).toThrow('Two links join the port "a/eth0".');
});
