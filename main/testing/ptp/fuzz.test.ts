/**
 * Messages that are not quite what somebody has sent: nothing crashes or grows, and no master is selected that has not announced
 * itself properly. With PTP_FUZZ=1000000 as many messages as that.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../boards/apps/ptpd/decode';
import { encode } from '../../../boards/apps/ptpd/encode';
import { MOST_FOREIGN_MASTERS } from '../../../boards/apps/ptpd/foreign';
import { Flag, type Message, MessageType, type PortIdentity } from '../../../boards/apps/ptpd/messages';
import { Bench, type Node } from '../../../boards/apps/ptpd/simulation';
import { ETHER_HEADER, etherFrame } from '../../../kernel/net/ethernet';
import { Mutations } from '../net/mutations';
import { captures, messagesOf } from './captures';
import { usualMessage } from './messages';

const MESSAGES = Number(process.env.PTP_FUZZ ?? 10_000);
const EACH_S = 0.002;
/** Text of a clock, which is all there is of it: it stays that short. */
const MOST_TEXT = 50_000;

/**
 * Some messages of each kind from each capture, in Ethernet frames: mutations leave the frames' headers alone mostly. Where
 * there are no captures, of clocks that elect a master, and messages made at random.
 */
const originals = (): Uint8Array[] =>
  captures.length > 0
    ? captures.flatMap((capture) => ofEachKind(messagesOf(capture)).map(inFrame))
    : [...ofEachKind(elected()), ...fc.sample(usualMessage, { numRuns: 100, seed: 1588 }).map(encode)].map(inFrame);

function ofEachKind(messages: readonly Uint8Array[]): Uint8Array[] {
  const byKind = new Map<string, Uint8Array[]>();
  for (const message of messages) {
    const kind = `${message[0]} ${message.length}`;
    const some = byKind.get(kind) ?? [];
    if (some.length < 5) byKind.set(kind, [...some, message]);
  }
  return [...byKind.values()].flat();
}

/** What clocks send, but for the first two, which have the identities of those of the tests. */
function elected(): Uint8Array[] {
  const bench = new Bench();
  const [first, second] = [250, 240, 30, 20].map((priority1) => bench.add({ priority1 }));
  bench.run(20);
  const known = [first, second].map((node) => node!.clock.defaultDS.clockIdentity);
  return bench.sent
    .filter(({ message }) => !known.includes(message.source.clock))
    .map(({ message }) => encode(message));
}

function inFrame(message: Uint8Array): Uint8Array {
  const frame = etherFrame(0x011b_1900_0000, 0x0200_0000_0001, 0x88f7, message.length);
  frame.set(message, ETHER_HEADER);
  return frame;
}

/** Mutated messages come to a node, and time goes on. How many of them were messages at all. */
function flood(
  bench: Bench,
  node: Node,
  frames: readonly Uint8Array[],
  seed: number,
  check: (m: Message) => void,
): number {
  const mutations = new Mutations(seed);
  let good = 0;
  for (let n = 0; n < MESSAGES / 2; n++) {
    const message = decode(mutations.next(frames).subarray(ETHER_HEADER));
    if (!('error' in message)) {
      good++;
      const bytes = encode(message);
      const again = decode(bytes) as Message;
      if (Buffer.compare(encode(again), bytes) !== 0) expect(again).toEqual(message);
      bench.hand(node, 0, message, 0x0a00_0063);
      check(message);
    }
    bench.run(EACH_S);
    expect(node.clock.ports[0]!.foreign.length).toBeLessThanOrEqual(MOST_FOREIGN_MASTERS);
    if (n % 100 === 0) expect(JSON.stringify(node.clock).length).toBeLessThan(MOST_TEXT);
  }
  // Not all are refused at the door, and some are.
  expect(good / (MESSAGES / 2)).toBeGreaterThan(0.3);
  expect(good / (MESSAGES / 2)).toBeLessThan(0.95);
  return good;
}

const key = ({ clock, port }: PortIdentity) => `${clock}-${port}`;
const parentOf = ({ clock }: Node) => clock.parentDS.parentPortIdentity;

describe(`${MESSAGES} mutated messages`, { timeout: 60_000 + 2 * MESSAGES }, () => {
  test('a master that is better than all is never left, and followed to the nanosecond', () => {
    const bench = new Bench();
    const quality = { clockClass: 0, clockAccuracy: 0, offsetScaledLogVariance: 0 };
    const master = bench.add({ priority1: 0, priority2: 0, quality });
    const slave = bench.add({}, { ppb: 20_000 });
    bench.run(20);
    const parent = key(parentOf(slave));
    expect(parent).toBe(`${master.clock.defaultDS.clockIdentity}-1`);
    flood(bench, slave, originals(), 1588, () => expect(key(parentOf(slave))).toBe(parent));
    bench.run(20);
    expect(Math.abs(bench.ahead(slave) - bench.ahead(master))).toBeLessThan(20);
  });

  test('who is followed has announced itself twice within four intervals', () => {
    const bench = new Bench();
    const master = bench.add({ priority1: 100 });
    const slave = bench.add({});
    bench.run(20);
    const own = slave.clock.defaultDS.clockIdentity;
    /** Local times of proper Announces, by who has sent them. */
    const heard = new Map<string, number[]>();
    const hear = (message: Message) => {
      if (message.type !== MessageType.Announce || message.domain !== 0 || message.majorSdoId !== 0) return;
      if (message.source.clock === own || message.stepsRemoved >= 255 || message.flags & Flag.AlternateMaster) return;
      heard.set(key(message.source), [...(heard.get(key(message.source)) ?? []), bench.nowNs].slice(-2));
    };
    /** The longest interval that a sender is believed, and the window of four of them. */
    const WINDOW_NS = 4 * 2 ** 6 * 1e9;
    let followed = 0;
    const spoofed = bench.sent.map(({ message }) => inFrame(encode(message))).slice(-200);
    flood(bench, slave, [...originals(), ...spoofed], 2008, (message) => {
      hear(message);
      const parent = parentOf(slave);
      if (parent.clock === own || parent.clock === master.clock.defaultDS.clockIdentity) return;
      followed++;
      const times = heard.get(key(parent)) ?? [];
      expect(times.length, `${key(parent)} was heard`).toBe(2);
      expect(bench.nowNs - times[0]!).toBeLessThan(WINDOW_NS);
    });
    // There were others that were better, and properly announced.
    expect(followed).toBeGreaterThan(0);
  });
});
