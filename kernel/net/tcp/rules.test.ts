/** What RFC 9293 and its kin ask for, one by one, on a network that does as it is told. */
import { describe, expect, test } from 'vitest';
import { Errno } from '../../errno';
import { segmentArrives } from './arrival';
import { Flag, segmentOf, type Segment } from './segment';
import { icmpArrives, readable } from './stream';
import { calm, TestNetwork, type End } from './testing';
import { heardOf } from './timers';

const bytes = (count: number) => new Uint8Array(count).fill(7);
const states = (net: TestNetwork) => [net.state(0), net.state(1)];
/** Lengths of what was sent with something in it. */
const lengths = ({ sent }: End) => sent.map(({ payload }) => payload.length).filter((length) => length > 0);
const has =
  (flag: number) =>
  ({ flags }: Segment) =>
    (flags & flag) !== 0;

/** A connection of which nobody has sent anything but the handshake. */
function connected(...args: ConstructorParameters<typeof TestNetwork>): TestNetwork {
  const net = new TestNetwork(...args).connect();
  net.pass(10);
  for (const end of net.ends) end.sent.length = 0;
  return net;
}

/** A forged segment for an end, as if from the other; what it answers. */
function forge(net: TestNetwork, to: 0 | 1, fields: Partial<Segment>): Segment[] {
  const end = net.ends[to];
  end.sent.length = 0;
  segmentArrives(end.c!, segmentOf(fields), net.owner(to));
  return end.sent;
}

describe('opening', () => {
  test('both at once', () => {
    const net = new TestNetwork();
    net.open(0);
    net.open(1);
    net.pass(10);
    expect(states(net)).toEqual(['established', 'established']);
    expect(net.exchange([5000, 5000])).toBe(true);
  });

  test('nobody there: a reset, or silence', () => {
    const net = new TestNetwork();
    net.ends[1].c = { ...new TestNetwork().connect().ends[1].c!, state: 'closed' };
    net.open();
    net.pass(10);
    expect(net.ends[0].c).toMatchObject({ state: 'closed', error: Errno.ECONNREFUSED });

    const silent = new TestNetwork({ ...calm, loss: 1 });
    silent.open();
    const times = [];
    while (silent.step()) times.push(silent.now);
    expect(times).toEqual([1000, 3000, 7000, 15_000, 31_000, 63_000]);
    expect(silent.ends[0].c).toMatchObject({ state: 'closed', error: Errno.ETIMEDOUT });
  });

  test('a lost SYN, SYN-ACK or ACK is made up for', () => {
    for (const lost of [
      [0, 1],
      [1, 1],
      [0, 2],
    ] as const) {
      const net = new TestNetwork();
      net.filter = (_, from, count) => from !== lost[0] || count !== lost[1];
      net.open();
      expect(net.exchange([3000, 3000])).toBe(true);
    }
  });

  test('options: the smaller MSS counts, 536 without; windows are scaled if both can', () => {
    const net = connected(calm, [{ receiveBuffer: 1_000_000 }, { mss: 1000 }]);
    expect(net.ends.map(({ c }) => [c!.send.mss, c!.send.scale, c!.receive.scale])).toEqual([
      [1000, 0, 4],
      [1000, 4, 0],
    ]);
    expect(net.ends[1].c!.send.window).toBe(1_000_000);

    const plain = new TestNetwork();
    plain.open();
    const syn = segmentOf({ sequence: 5, ack: 0, flags: Flag.Syn, window: 9000 });
    plain.ends[1].c = null;
    segmentArrives(plain.ends[0].c!, syn, plain.owner(0));
    expect(plain.ends[0].c).toMatchObject({ state: 'syn-received', send: { mss: 536, scale: 0, window: 9000 } });
    expect(plain.ends[0].sent.at(-1)).toMatchObject({ flags: Flag.Syn | Flag.Ack, scale: -1, sackPermitted: false });
  });
});

describe('closing', () => {
  test('one direction after the other', () => {
    const net = connected();
    net.write(0, bytes(10));
    net.shutdown(0);
    net.pass(5);
    expect(states(net)).toEqual(['fin-wait-2', 'close-wait']);
    net.write(1, bytes(3000));
    net.pass(50);
    expect(net.read(0)).toHaveLength(3000);
    net.shutdown(1);
    net.pass(5);
    expect(states(net)).toEqual(['time-wait', 'closed']);
    net.pass(60_000);
    expect(states(net)).toEqual(['closed', 'closed']);
  });

  test('both at once', () => {
    const net = connected();
    net.shutdown(0);
    net.shutdown(1);
    net.pass(5);
    expect(states(net)).toEqual(['time-wait', 'time-wait']);
  });

  test('a reset, what was not read, and what comes when nobody reads', () => {
    const reset = connected();
    reset.abort(0);
    reset.pass(5);
    expect(reset.ends.map(({ c }) => [c!.state, c!.error])).toEqual([
      ['closed', 0],
      ['closed', Errno.ECONNRESET],
    ]);

    const unread = connected();
    unread.write(0, bytes(10));
    unread.pass(5);
    unread.close(1);
    unread.pass(5);
    expect(unread.ends[0].c!.error).toBe(Errno.ECONNRESET);

    const late = connected();
    late.close(1);
    late.pass(5);
    late.write(0, bytes(10));
    late.pass(5);
    expect(late.ends[0].c!.error).toBe(Errno.ECONNRESET);
  });

  test('FIN-WAIT-2 does not last for ever when nobody reads', () => {
    const net = connected();
    net.close(0);
    net.pass(5);
    expect(net.state(0)).toBe('fin-wait-2');
    net.pass(60_000);
    expect(net.state(0)).toBe('closed');
  });
});

describe('sending', () => {
  test('small writes wait for an acknowledgement, unless told not to (Nagle)', () => {
    for (const noDelay of [false, true]) {
      const net = connected(calm, [{ noDelay }, {}]);
      for (let i = 0; i < 5; i++) net.write(0, bytes(10));
      net.pass(100);
      expect(lengths(net.ends[0])).toEqual(noDelay ? [10, 10, 10, 10, 10] : [10, 40]);
    }
  });

  test('acknowledgements wait for a second segment, for something to go with, and no longer than 40 ms', () => {
    const net = connected();
    net.write(0, bytes(10));
    net.pass(30);
    expect(net.ends[1].sent).toHaveLength(0);
    net.pass(15);
    expect(net.ends[1].sent).toHaveLength(1);
    net.write(0, bytes(2920));
    net.pass(5);
    expect(net.ends[1].sent).toHaveLength(2);
    net.write(0, bytes(10));
    net.pass(5);
    net.write(1, bytes(10));
    net.pass(100);
    expect(net.ends[1].sent).toHaveLength(3);
  });

  test('a segment that is lost is sent again at the third duplicate acknowledgement, and what was not is not', () => {
    for (const sackPermitted of [true, false]) {
      const net = connected();
      for (const { c } of net.ends) c!.receive.sackPermitted = sackPermitted;
      net.filter = (_, from, count) => from !== 0 || count !== 3;
      net.ends[0].c!.congestion.window = 20_000;
      net.write(0, bytes(14_600));
      net.pass(20);
      expect(readable(net.ends[1].c!)).toBe(14_600);
      expect(net.ends[0].c!.counts.retransmitted).toBe(1);
      expect(net.ends[0].c!.congestion.threshold).toBe(5840);
    }
  });

  test('the timer doubles, is not fooled by what was sent twice (Karn), and gives up', () => {
    const net = connected();
    net.filter = (_, from) => from !== 0;
    net.write(0, bytes(10));
    const times: number[] = [];
    const begin = net.now;
    while (net.step()) times.push(net.now - begin);
    const limit = net.ends[0].c!.settings.retries;
    expect(times).toEqual(Array.from({ length: limit + 1 }, (_, i) => 200 * (2 ** (i + 1) - 1)));
    expect(net.ends[0].c).toMatchObject({ state: 'closed', error: Errno.ETIMEDOUT });

    const once = connected();
    let lose = true;
    once.filter = (_, from) => from !== 0 || !lose;
    once.write(0, bytes(10));
    const before = { ...once.ends[0].c!.roundTrip };
    once.pass(150);
    lose = false;
    once.pass(100);
    expect(once.ends[0].c!.roundTrip).toMatchObject({ smoothed: before.smoothed, timeout: 400 });
  });

  test('beyond 64 KiB, with a scaled window', () => {
    const big = { receiveBuffer: 1_000_000, sendBuffer: 1_000_000 };
    const net = connected({ ...calm, delayMs: 50 }, [big, big]);
    net.ends[1].c!.congestion.window = 1_000_000;
    net.write(1, bytes(499_320));
    net.pass(60);
    expect(readable(net.ends[0].c!)).toBe(499_320);
  });

  test('urgent bytes are pointed at', () => {
    const net = connected();
    net.write(0, bytes(5));
    net.write(0, bytes(3), true);
    net.pass(50);
    const urgent = net.ends[0].sent.filter(has(Flag.Urg));
    expect(urgent.map(({ sequence, urgent: ahead }) => (sequence + ahead) >>> 0)).toEqual(
      urgent.map(() => (net.ends[1].c!.receive.initial + 9) >>> 0),
    );
    expect(net.ends[1].c!.receive).toMatchObject({ urgent: (net.ends[1].c!.receive.initial + 9) >>> 0 });
    expect(net.read(1)).toHaveLength(8);
  });

  test('smaller segments, when ICMP says that they are too long', () => {
    for (const [mtu, mss] of [
      [1000, 960],
      [0, 1452],
    ] as const) {
      const net = connected();
      net.filter = ({ payload }) => payload.length <= mss;
      net.write(0, bytes(10_000));
      icmpArrives(net.ends[0].c!, Errno.EMSGSIZE, net.owner(0), mtu);
      net.pass(300);
      expect(readable(net.ends[1].c!)).toBe(10_000);
      expect(net.ends[0].c!.send.mss).toBe(mss);
    }
  });
});

describe('windows', () => {
  test('a shut one is asked for until it opens, also when the news of that is lost', () => {
    const net = connected();
    net.write(0, bytes(16_384));
    net.pass(100);
    net.write(0, bytes(5000));
    net.ends[0].sent.length = 0;
    const asked: number[] = [];
    const begin = net.now;
    for (let i = 0; i < 5; i++) {
      const { length } = net.ends[0].sent;
      net.until(() => net.ends[0].sent.length > length);
      asked.push(Math.round(net.now - begin));
    }
    expect(lengths(net.ends[0])).toEqual([1, 1, 1, 1, 1]);
    expect(asked.map((at, i) => at - (asked[i - 1] ?? 0))).toEqual([200, 400, 800, 1600, 3200]);
    net.filter = (_, from) => from !== 1;
    net.read(1);
    net.pass(5);
    net.filter = () => true;
    net.until(() => readable(net.ends[1].c!) === 5000);
    expect(readable(net.ends[1].c!)).toBe(5000);
  });

  test('a shut one keeps a connection whose owner waits, but not for long one that nobody has', () => {
    const net = connected();
    const [a] = net.ends;
    net.write(0, bytes(16_384));
    net.pass(10_000);
    net.write(0, bytes(1000));
    net.pass(3_600_000);
    expect(states(net)).toEqual(['established', 'established']);
    net.close(0);
    net.pass(600_000);
    expect(a.c).toMatchObject({ state: 'closed', error: Errno.ETIMEDOUT });
    expect(a.sent.at(-1)).toSatisfy(has(Flag.Rst));
  });

  test('both ends shut, and both probes find room at once: each hears what the other acknowledges', () => {
    const ends = { receiveBuffer: 500, sendBuffer: 1000 };
    const net = new TestNetwork({ ...calm, delayMs: 100, bytesPerMs: 100 }, [ends, ends], [0, 0]);
    net.open();
    expect(net.exchange([1001, 1001], 1)).toBe(true);
    for (const { sent } of net.ends) expect(sent.length).toBeLessThan(1000);
  });

  test('FIN needs no room, and is sent again when it is lost', () => {
    const net = connected(calm, [{}, { receiveBuffer: 1 }]);
    net.write(0, bytes(2));
    net.pass(100);
    net.filter = (_, from) => from !== 1;
    net.read(1);
    net.filter = () => true;
    // What asks for room finds it, and fills it.
    net.until(() => readable(net.ends[1].c!) === 1);
    net.pass(100);
    expect(net.ends[0].c!.send).toMatchObject({ window: 0, queue: { length: 0 } });
    let isFirst = true;
    net.filter = (segment) => !has(Flag.Fin)(segment) || !isFirst || (isFirst = false);
    net.shutdown(0);
    net.pass(10_000);
    expect(states(net)).toEqual(['fin-wait-2', 'close-wait']);
  });

  test('the connection is given up when the other end does not even answer that', () => {
    const net = connected();
    net.write(0, bytes(16_384));
    net.pass(100);
    net.write(0, bytes(100));
    net.filter = () => false;
    net.until(() => false);
    expect(net.ends[0].c).toMatchObject({ state: 'closed', error: Errno.ETIMEDOUT });
  });

  test('reading in small portions makes no small segments', () => {
    const net = connected();
    net.write(0, bytes(16_384));
    net.pass(100);
    net.write(0, bytes(16_384));
    net.ends[0].sent.length = 0;
    for (let i = 0; i < 16_384; i += 64) {
      net.read(1, 64);
      net.pass(1);
    }
    expect(Math.min(...lengths(net.ends[0]).filter((length) => length > 1))).toBeGreaterThanOrEqual(1000);
  });

  test('what finds no buffers is not acknowledged, and comes again', () => {
    const net = connected();
    net.limit = 3000;
    net.write(0, bytes(10_000));
    net.pass(1000);
    expect(readable(net.ends[1].c!)).toBe(2920);
    net.limit = Infinity;
    net.pass(60_000);
    expect(readable(net.ends[1].c!)).toBe(10_000);
  });

  test('out of order: kept within limits, and told by SACK', () => {
    const net = connected();
    const { c } = net.ends[1];
    const { next } = c!.receive;
    for (let i = 200; i > 0; i--) {
      forge(net, 1, { sequence: next + 2 * i, ack: c!.send.next, flags: Flag.Ack, payload: bytes(1) });
    }
    expect(c!.receive.pieces).toHaveLength(128);
    const [answer] = forge(net, 1, { sequence: next + 600, ack: c!.send.next, flags: Flag.Ack, payload: bytes(1) });
    expect(answer!.sacks.length / 2).toBeLessThanOrEqual(4);
    forge(net, 1, { sequence: next, ack: c!.send.next, flags: Flag.Ack, payload: bytes(402) });
    expect(readable(c!)).toBe(402);
  });
});

describe('what is forged (RFC 5961)', () => {
  test('a reset has to be exact; one that is nearly is answered, and so is SYN', () => {
    const net = connected();
    const { receive, send } = net.ends[1].c!;
    expect(forge(net, 1, { sequence: receive.next + 100, flags: Flag.Rst })).toMatchObject([
      { flags: Flag.Ack, ack: receive.next },
    ]);
    // Others are not, for a while.
    expect(forge(net, 1, { sequence: receive.next + 50, flags: Flag.Syn })).toEqual([]);
    net.pass(100);
    expect(forge(net, 1, { sequence: receive.next + 50, flags: Flag.Syn })).toMatchObject([{ flags: Flag.Ack }]);
    expect(forge(net, 1, { sequence: receive.next + 20_000, flags: Flag.Rst })).toEqual([]);
    net.pass(100);
    const old = { sequence: receive.next, flags: Flag.Ack, ack: send.unacknowledged - 100_000, payload: bytes(5) };
    expect(forge(net, 1, old)).toMatchObject([{ flags: Flag.Ack }]);
    const early = { ...old, ack: send.highest + 1 };
    expect(forge(net, 1, early)).toMatchObject([{ flags: Flag.Ack, sequence: send.highest }]);
    expect(readable(net.ends[1].c!)).toBe(0);
    expect(states(net)).toEqual(['established', 'established']);
    forge(net, 1, { sequence: receive.next, flags: Flag.Rst });
    expect(net.ends[1].c).toMatchObject({ state: 'closed', error: Errno.ECONNRESET });
  });

  test('ICMP ends what is being opened, and nothing else', () => {
    const net = new TestNetwork();
    net.open();
    icmpArrives(net.ends[0].c!, Errno.EHOSTUNREACH, net.owner(0));
    expect(net.ends[0].c).toMatchObject({ state: 'closed', error: Errno.EHOSTUNREACH });
    const open = connected();
    icmpArrives(open.ends[0].c!, Errno.EHOSTUNREACH, open.owner(0));
    expect(open.state(0)).toBe('established');
    open.filter = () => false;
    open.write(0, bytes(10));
    open.until(() => false);
    expect(open.ends[0].c!.error).toBe(Errno.EHOSTUNREACH);
  });
});

test('keep-alive asks after a time, so often, and gives up', () => {
  const keepAlive = { keepAlive: true, keepIdle: 10_000, keepInterval: 1000, keepCount: 3 };
  const net = connected(calm, [keepAlive, {}]);
  heardOf(net.ends[0].c!, net.owner(0));
  net.pass(35_000);
  expect(net.ends[0].sent).toHaveLength(3);
  expect(net.ends[1].sent).toHaveLength(3);
  net.filter = () => false;
  net.pass(15_000);
  expect(net.ends[0].c).toMatchObject({ state: 'closed', error: Errno.ETIMEDOUT });
  expect(net.ends[0].sent.filter(has(Flag.Rst))).toHaveLength(1);
});
