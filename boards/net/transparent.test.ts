import { describe, expect, test } from 'vitest';
import { decode } from '../apps/ptpd/decode';
import { Flag, MessageType, type Message, type PortIdentity } from '../apps/ptpd/messages';
import { perfectOscillator } from '../../kernel/clock/oscillator';
import { put48 } from '../../kernel/net/bytes';
import type { LinkSettings } from './link';
import { Network, type NetworkInput } from './network';
import { ptpIn } from './ptp';
import type { Transport } from './ptpframe';
import type { SwitchChange } from './switch';
import { isChecked, type message, messageFrame } from './testing';

const BYTE_NS = 80;
const STORE_NS = 5000;
const PPM = 40;
const IDENTITY: readonly PortIdentity[] = [
  { clock: '020000fffe000001', port: 1 },
  { clock: '020000fffe000002', port: 1 },
];

interface Come {
  board: number;
  message: Message;
  frame: Uint8Array;
  startNs: number;
}

/** Boards a, b, c at a switch that is a transparent clock, and the messages that come to each. */
function bench(ptp: SwitchChange['ptp'], transport: Transport, links: Partial<LinkSettings>[] = [{}, {}, {}]) {
  const come: Come[] = [];
  const made = new Network(
    {
      switches: [{ name: 'switch', ports: 3, settings: { ptp: { oscillator: { ppm: PPM }, ...ptp } } }],
      links: links.map((settings, i) => ({ from: `${'abc'[i]}/eth0`, to: `switch/${i + 1}`, settings })),
    },
    ['a', 'b', 'c'].map((name) => ({ name, ports: ['eth0'] })),
    1,
    {
      arrive(board, _way, _device, value) {
        if (value.type !== 'frame') return;
        const place = ptpIn(value.bytes);
        if (!place) return;
        expect(place.udp < 0 || isChecked(value.bytes)).toBe(true);
        const read = decode(value.bytes.subarray(place.at));
        if ('error' in read) throw new Error(read.error);
        come.push({ board, message: read, frame: value.bytes, startNs: value.startNs });
      },
      onHostFrame: () => undefined,
    },
  );
  const run = (untilNs = made.nowNs + 1e9) => {
    while (made.nextNs <= untilNs) made.step();
  };
  const raw = (board: number, bytes: Uint8Array, startNs: number) => {
    run(startNs);
    made.send(board, 'eth0', { type: 'frame', bytes, startNs });
  };
  /** A board sends a message, whose start delimiter ends at a time. */
  const send = (board: number, startNs: number, fields: Parameters<typeof message>[0]) => {
    const ports = { source: IDENTITY[board]!, requesting: IDENTITY[board]! };
    const frame = messageFrame(transport, { ...ports, ...fields });
    // Those of peers would stay on their link.
    if (transport === '802.3' && ptp!.clock === 'e2e') put48(frame, 0, 0x011b_1900_0000);
    raw(board, frame, startNs);
  };
  /** What has come of a type, to a board. */
  const of = (board: number, type: MessageType) =>
    come.filter((each) => each.board === board && each.message.type === type);
  const only = (board: number, type: MessageType): Come => {
    const found = of(board, type);
    expect(found).toHaveLength(1);
    return found[0]!;
  };
  return { made, come, run, raw, send, of, only };
}

/** A long frame of something else, to everybody: what comes behind it has to wait. */
const other = (length: number): Uint8Array => new Uint8Array(length).fill(255, 0, 6).fill(2, 6, 12).fill(9, 12);
const correctionNs = ({ message: { correction } }: Come): number => Number(correction) / 2 ** 16;
const transports: readonly Transport[] = ['udp', '802.3'];

/** The residence time as the switch's oscillator tells it. Links have no delay. */
const residence = (sentNs: number, { startNs }: Come): number => (startNs - sentNs) * (1 + PPM / 1e6);

describe.each(transports)('end-to-end, by %s', (transport) => {
  test('one-step: event messages say for how long they were in the switch, by its oscillator', () => {
    const { send, raw, run, only, of } = bench({ clock: 'e2e' }, transport);
    // The port to b is busy with a long frame of c's.
    raw(2, other(1514), 1e6);
    send(0, 1e6 + 1514 * BYTE_NS, { type: MessageType.Sync, correction: 1000n << 16n });
    send(1, 2e6, { type: MessageType.DelayReq });
    send(0, 3e6, { type: MessageType.PdelayReq });
    send(1, 4e6, { type: MessageType.PdelayResp, requesting: IDENTITY[0]! });
    send(0, 5e6, { type: MessageType.FollowUp, correction: 7n });
    send(0, 6e6, { type: MessageType.Announce });
    run();
    const sync = only(1, MessageType.Sync);
    expect(sync.startNs - 1e6 - 1514 * BYTE_NS).toBeGreaterThan(1500 * BYTE_NS);
    expect(correctionNs(sync)).toBeCloseTo(1000 + residence(1e6 + 1514 * BYTE_NS, sync), 2);
    expect(sync.message.flags).toBe(0);
    const request = only(0, MessageType.DelayReq);
    // The frame, its check sequence, and the preamble before it begins again.
    const length = transport === 'udp' ? 86 : 60;
    expect(correctionNs(request)).toBeCloseTo(((length + 4 + 8) * BYTE_NS + STORE_NS) * (1 + PPM / 1e6), 2);
    const asked = only(1, MessageType.PdelayReq);
    expect(correctionNs(asked)).toBeCloseTo(residence(3e6, asked), 2);
    const answer = only(0, MessageType.PdelayResp);
    expect(correctionNs(answer)).toBeCloseTo(residence(4e6, answer), 2);
    expect(only(1, MessageType.FollowUp).message.correction).toBe(7n);
    expect(only(1, MessageType.Announce).message.correction).toBe(0n);
    // To everybody, each with its own.
    expect(of(2, MessageType.Sync)[0]!.message.correction).toBeLessThan(sync.message.correction);
  });

  test('two-step: what follows says it, what answers says it of the request', () => {
    const { send, raw, run, only } = bench({ clock: 'e2e', twoStep: true }, transport);
    const twoStep = Flag.TwoStep;
    raw(2, other(1514), 1e6);
    send(0, 1.1e6, { type: MessageType.Sync, flags: twoStep, sequence: 9, correction: 3n });
    send(0, 1.2e6, { type: MessageType.FollowUp, sequence: 9, correction: 5n << 16n });
    send(1, 2e6, { type: MessageType.DelayReq, sequence: 11 });
    send(0, 3e6, { type: MessageType.DelayResp, sequence: 11, requesting: IDENTITY[1]! });
    send(1, 4e6, { type: MessageType.PdelayReq, sequence: 12 });
    send(0, 5e6, { type: MessageType.PdelayResp, sequence: 12, requesting: IDENTITY[1]!, flags: twoStep });
    send(0, 5.1e6, { type: MessageType.PdelayRespFollowUp, sequence: 12, requesting: IDENTITY[1]! });
    run();
    const sync = only(1, MessageType.Sync);
    expect(sync.message.correction).toBe(3n);
    expect(correctionNs(only(1, MessageType.FollowUp))).toBeCloseTo(5 + residence(1.1e6, sync), 2);
    const request = only(0, MessageType.DelayReq);
    expect(request.message.correction).toBe(0n);
    expect(correctionNs(only(1, MessageType.DelayResp))).toBeCloseTo(residence(2e6, request), 2);
    const [asked, answer] = [only(0, MessageType.PdelayReq), only(1, MessageType.PdelayResp)];
    const both = residence(4e6, asked) + residence(5e6, answer);
    expect(correctionNs(only(1, MessageType.PdelayRespFollowUp))).toBeCloseTo(both, 2);
  });

  test('two-step, of one-step clocks: it makes what has to follow', () => {
    const { send, run, only } = bench({ clock: 'e2e', twoStep: true }, transport);
    const origin = { sec: 77, nsec: 88 };
    send(0, 1e6, { type: MessageType.Sync, sequence: 9, correction: 3n, origin });
    send(1, 2e6, { type: MessageType.PdelayReq, sequence: 12 });
    const answered = { sequence: 12, requesting: IDENTITY[1]!, requestReceipt: { sec: 0, nsec: 0 } };
    send(0, 3e6, { type: MessageType.PdelayResp, correction: 400n << 16n, ...answered });
    run();
    const sync = only(1, MessageType.Sync);
    expect(sync.message).toMatchObject({ correction: 3n, flags: Flag.TwoStep });
    const follows = only(1, MessageType.FollowUp);
    expect(follows.message).toMatchObject({ preciseOrigin: origin, sequence: 9, control: 2, source: IDENTITY[0] });
    expect(correctionNs(follows)).toBeCloseTo(residence(1e6, sync), 2);
    const [asked, answer] = [only(0, MessageType.PdelayReq), only(1, MessageType.PdelayResp)];
    expect(answer.message).toMatchObject({ flags: Flag.TwoStep, correction: 400n << 16n });
    const last = only(1, MessageType.PdelayRespFollowUp);
    expect(last.message).toMatchObject({ requesting: IDENTITY[1], responseOrigin: { sec: 0, nsec: 0 } });
    expect(correctionNs(last)).toBeCloseTo(residence(2e6, asked) + residence(3e6, answer), 2);
  });

  test('two-step: what follows nothing that was seen would be believed, and does not leave', () => {
    const { send, run, come } = bench({ clock: 'e2e', twoStep: true }, transport);
    send(0, 1e6, { type: MessageType.FollowUp, sequence: 4 });
    send(0, 2e6, { type: MessageType.DelayResp, sequence: 4, requesting: IDENTITY[1]! });
    // Of another domain, and another number.
    send(0, 3e6, { type: MessageType.Sync, sequence: 5, flags: Flag.TwoStep });
    send(0, 4e6, { type: MessageType.FollowUp, sequence: 5, domain: 1 });
    send(0, 5e6, { type: MessageType.FollowUp, sequence: 6 });
    run();
    expect(come.map(({ message: { type } }) => type)).toEqual([MessageType.Sync, MessageType.Sync]);
  });
});

describe.each(transports)('peer-to-peer, by %s', (transport) => {
  const DELAYS = [1234, 4321, 0];
  const links = DELAYS.map((ns): Partial<LinkSettings> => ({ delayNs: [ns, ns] }));

  /** A board answers each request after a time, with time stamps or a correction. */
  function answering(twoStep: boolean, kind: 'stamps' | 'correction') {
    const made = bench({ clock: 'p2p', twoStep }, transport, links);
    const answer = (board: number) => {
      for (const { message: asked, startNs } of made.of(board, MessageType.PdelayReq)) {
        const requesting = asked.source;
        const [sequence, turnNs] = [asked.sequence, 54_321];
        const fields = { sequence, requesting, source: IDENTITY[0]! };
        const leavesNs = startNs + turnNs;
        if (kind === 'stamps') {
          const at = (ns: number) => ({ sec: 5, nsec: ns });
          made.send(board, leavesNs, {
            ...{ ...fields, type: MessageType.PdelayResp, flags: Flag.TwoStep, requestReceipt: at(1000) },
          });
          made.send(board, leavesNs + 1e4, {
            ...{ ...fields, type: MessageType.PdelayRespFollowUp, responseOrigin: at(1000 + turnNs) },
          });
        } else {
          const requestReceipt = { sec: 0, nsec: 0 };
          const correction = BigInt(turnNs) << 16n;
          made.send(board, leavesNs, { ...fields, type: MessageType.PdelayResp, requestReceipt, correction });
        }
      }
    };
    return { ...made, answer };
  }

  test.each(['stamps', 'correction'] as const)('knows its links when neighbors answer with %s', (kind) => {
    const { made, send, run, answer, of } = answering(false, kind);
    send(0, 1e6, { type: MessageType.Announce });
    run(2e6);
    // A new neighbor is asked at once, the others not at all.
    expect(of(0, MessageType.PdelayReq)).toHaveLength(1);
    expect(of(1, MessageType.PdelayReq)).toHaveLength(0);
    answer(0);
    run(3e6);
    const [first, second] = made.switches(3e6)[0]!.ports;
    // Its oscillator is wrong also for the time that the neighbor took.
    expect(first!.peerDelayNs! - DELAYS[0]! - (PPM / 1e6) * (54_321 / 2 + DELAYS[0]!)).toBeCloseTo(0, 2);
    expect(second!.peerDelayNs).toBeNull();
    run(1.5e9);
    expect(of(0, MessageType.PdelayReq)).toHaveLength(2);
  });

  test('adds the delay of the link by which a Sync has come', () => {
    for (const twoStep of [false, true]) {
      const { send, run, answer, only } = answering(twoStep, 'correction');
      send(0, 1e6, { type: MessageType.Announce });
      run(2e6);
      answer(0);
      send(0, 5e6, { type: MessageType.Sync, flags: Flag.TwoStep });
      send(0, 6e6, { type: MessageType.FollowUp });
      run(7e6);
      const sync = only(1, MessageType.Sync);
      const corrected = twoStep ? only(1, MessageType.FollowUp) : sync;
      const other = twoStep ? sync : only(1, MessageType.FollowUp);
      // All from the master to the slave but the slave's own link; the first one by the measure above.
      const passedNs = sync.startNs - DELAYS[1]! - 5e6;
      expect(Math.abs(correctionNs(corrected) - passedNs * (1 + PPM / 1e6) - (PPM / 1e6) * (54_321 / 2))).toBeLessThan(
        0.1,
      );
      expect(other.message.correction).toBe(0n);
    }
  });

  test.each([false, true])('answers its neighbors, two-step: %s', (twoStep) => {
    const { send, run, only, of } = answering(twoStep, 'stamps');
    send(1, 1e6, { type: MessageType.PdelayReq, sequence: 99, correction: 5n << 16n });
    run(2e6);
    const answer = only(1, MessageType.PdelayResp);
    expect(answer.message).toMatchObject({
      sequence: 99,
      requesting: IDENTITY[1],
      requestReceipt: { sec: 0, nsec: 0 },
    });
    expect(answer.message.source).toEqual({ clock: '020000fffeff0100', port: 2 });
    const told = twoStep ? only(1, MessageType.PdelayRespFollowUp) : answer;
    expect(answer.message.flags).toBe(twoStep ? Flag.TwoStep : 0);
    const turnNs = answer.startNs - DELAYS[1]! - (1e6 + DELAYS[1]!);
    expect(correctionNs(told)).toBeCloseTo(5 + turnNs * (1 + PPM / 1e6), 2);
    // It stays on its link.
    for (const board of [0, 2]) expect(of(board, MessageType.PdelayReq)).toHaveLength(0);
  });

  test('does not forward what is of the other mechanism', () => {
    const { send, run, come } = answering(false, 'stamps');
    send(0, 1e6, { type: MessageType.DelayReq });
    send(1, 2e6, { type: MessageType.DelayResp });
    run(3e6);
    expect(come.every(({ message: { type } }) => type === MessageType.PdelayReq)).toBe(true);
  });

  test('two of them measure the link between them', () => {
    const come: Uint8Array[] = [];
    const ptp = { clock: 'p2p', oscillator: { ppm: 20 } } as const;
    const made = new Network(
      {
        switches: [
          { name: 'one', ports: 2, settings: { ptp } },
          { name: 'other', ports: 2, settings: { ptp: { ...ptp, twoStep: true, oscillator: { ppm: -20 } } } },
        ],
        links: [
          { from: 'a/eth0', to: 'one/1' },
          { from: 'one/2', to: 'other/1', settings: { delayNs: [700, 900] } },
        ],
      },
      [{ name: 'a', ports: ['eth0'] }],
      1,
      {
        arrive: (_board, _way, _device, value) => void (value.type === 'frame' && come.push(value.bytes)),
        onHostFrame: () => undefined,
      },
    );
    for (let i = 0; i < 20; i++) {
      while (made.nextNs <= i * 0.25e9 + 1e6) made.step();
      const bytes = messageFrame(transport, { type: MessageType.Sync, sequence: i });
      made.send(0, 'eth0', { type: 'frame', bytes, startNs: i * 0.25e9 + 1e6 });
    }
    while (made.nextNs <= 6e9) made.step();
    const [one, other] = made.switches(6e9);
    // The mean of both ways; the clocks' rates differ for as long as the answer takes.
    for (const port of [one!.ports[1]!, other!.ports[0]!]) expect(Math.abs(port.peerDelayNs! - 800)).toBeLessThan(1);
    expect(other!.ports[1]!.peerDelayNs).toBeNull();
  });
});

test('a transparent clock can be faulty, and change while frames wait in it', () => {
  const faults: [SwitchChange['ptp'], (ns: number) => number][] = [
    [{ fault: 'sign' }, (ns) => -ns],
    [{ fault: 'missing' }, () => 0],
    [{ fault: 'constant', errorNs: 250 }, (ns) => ns + 250],
    [{ fault: 'none', oscillator: { ppm: 0 } }, (ns) => ns / (1 + PPM / 1e6)],
    [{ clock: 'none' }, () => 0],
  ];
  for (const twoStep of [false, true]) {
    for (const [change, expected] of faults) {
      const { made, send, raw, run, only } = bench({ clock: 'e2e', twoStep }, 'udp');
      raw(2, other(1514), 1e6);
      send(0, 1e6 + 1500 * BYTE_NS, { type: MessageType.Sync });
      run(1e6 + 1600 * BYTE_NS + STORE_NS);
      const input: NetworkInput = { switch: 'switch', settings: { ptp: change! } };
      made.input(input, 1e6 + 1620 * BYTE_NS + STORE_NS);
      expect(made.switches(0)[0]!.settings.ptp).toMatchObject({
        ...change,
        oscillator: { ...perfectOscillator, ppm: change!.oscillator?.ppm ?? PPM },
      });
      run();
      const sync = only(1, MessageType.Sync);
      const told = twoStep && change!.clock !== 'none' ? only(1, MessageType.FollowUp) : sync;
      expect(correctionNs(told)).toBeCloseTo(expected(residence(1e6 + 1500 * BYTE_NS, sync)), 2);
    }
  }
});

test('a correction that is too big, or becomes so, stays that', () => {
  const most = 2n ** 63n - 1n;
  for (const correction of [most, most - 1n]) {
    const { send, run, only } = bench({ clock: 'e2e' }, 'udp');
    send(0, 1e6, { type: MessageType.Sync, correction });
    run();
    expect(only(1, MessageType.Sync).message.correction).toBe(most);
  }
});

test('its oscillator changes while its own request waits to leave', () => {
  const { made, send, raw, run, of } = bench({ clock: 'p2p' }, 'udp');
  raw(2, other(1514), 1e6);
  // Whoever is heard is asked at once, and the request waits behind the long frame.
  const heard = 1e6 + 1520 * BYTE_NS;
  send(0, heard, { type: MessageType.Sync });
  run(heard + 100 * BYTE_NS + STORE_NS);
  expect(of(0, MessageType.PdelayReq)).toHaveLength(0);
  made.input({ switch: 'switch', settings: { ptp: { oscillator: { ppm: 5 } } } }, made.nowNs);
  run();
  expect(of(0, MessageType.PdelayReq).length).toBeGreaterThan(0);
});

test('its oscillator changes while its answer waits to leave', () => {
  for (const twoStep of [false, true]) {
    const { made, send, raw, run, only } = bench({ clock: 'p2p', twoStep }, 'udp');
    raw(2, other(1514), 1e9);
    const askedNs = 1e9 + 1520 * BYTE_NS;
    send(1, askedNs, { type: MessageType.PdelayReq });
    run(askedNs + 100 * BYTE_NS + STORE_NS);
    made.input({ switch: 'switch', settings: { ptp: { oscillator: { ppm: 5 } } } }, made.nowNs);
    run();
    const answer = only(1, MessageType.PdelayResp);
    const told = twoStep ? only(1, MessageType.PdelayRespFollowUp) : answer;
    expect(correctionNs(told)).toBeCloseTo((answer.startNs - askedNs) * (1 + 5 / 1e6), 2);
  }
});

test('what it has to remember is bounded', () => {
  const { made, send, run, only } = bench({ clock: 'e2e', twoStep: true }, '802.3');
  for (let i = 0; i < 1200; i++) send(0, 1e6 + i * 1e5, { type: MessageType.Sync, flags: Flag.TwoStep, sequence: i });
  expect(made.checkpoint().switches[0]!.transparent.corrections.size).toBe(1024);
  send(0, 1e9, { type: MessageType.FollowUp, sequence: 1199 });
  send(0, 1.1e9, { type: MessageType.FollowUp, sequence: 0 });
  run(2e9);
  expect(only(1, MessageType.FollowUp).message.sequence).toBe(1199);
});

test('what is for neighbors alone, of Ethernet, stays on its link', () => {
  const { raw, run, come } = bench({ clock: 'e2e' }, '802.3');
  raw(0, messageFrame('802.3', { type: MessageType.PdelayReq }), 1e6);
  run();
  expect(come).toEqual([]);
});

test('frames of no PTP, and damaged ones, pass or are refused as by any switch', () => {
  const { made, raw, run, come } = bench({ clock: 'e2e' }, 'udp', [{ corrupt: [1, 0] }, {}, {}]);
  raw(0, messageFrame('udp', { type: MessageType.Sync }), 1e6);
  raw(1, other(100), 2e6);
  run();
  expect(come).toEqual([]);
  expect(made.switches(0)[0]!.ports.map(({ counts }) => [counts.received, counts.sent, counts.damaged])).toEqual([
    [0, 1, 1],
    [1, 0, 0],
    [0, 1, 0],
  ]);
});
