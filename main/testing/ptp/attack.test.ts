/** Whole boards that run ptpd, with somebody on their network who means no good: what it sends comes to all of them. */
import { expect, test } from 'vitest';
import { MOST_FOREIGN_MASTERS } from '../../../boards/apps/ptpd/foreign';
import { Flag, MessageType, type Body, type Header, type Message, type Tlv } from '../../../boards/apps/ptpd/messages';
import { TlvType, unicastTlv } from '../../../boards/apps/ptpd/tlv';
import { PortState } from '../../../boards/apps/ptpd/types';
import { ptpFrame } from '../../../boards/net/ptpframe';
import { heapUse } from '../../../kernel/mm/mallinfo';
import { Mutations } from '../net/mutations';
import { PtpBench } from './boards';

const EVIL = { clock: '0badc0fffe000001', port: 1 };
const EVERYONE = { clock: 'ffffffffffffffff', port: 0xffff };
const ZERO = { sec: 0, nsec: 0 };

const messageOf = (body: Body, header: Partial<Header> = {}, tlvs: Tlv[] = []): Message => ({
  ...{ majorSdoId: 0, version: 2, minorVersion: 0, domain: 0, minorSdoId: 0, flags: 0, correction: 0n },
  ...{ typeSpecific: 0, source: EVIL, sequence: 0, control: 5, logInterval: 0, ...header },
  ...body,
  tlvs,
});

const announce = (priority1: number, header: Partial<Header>, tlvs: Tlv[] = []) =>
  messageOf(
    {
      type: MessageType.Announce,
      origin: ZERO,
      currentUtcOffset: 37,
      grandmasterPriority1: priority1,
      grandmasterClockQuality: { clockClass: 248, clockAccuracy: 254, offsetScaledLogVariance: 0xffff },
      grandmasterPriority2: 128,
      grandmasterIdentity: (header.source ?? EVIL).clock,
      stepsRemoved: 0,
      timeSource: 160,
    },
    header,
    tlvs,
  );

const MASTER = { clock: '020000fffe000001', port: 1 };

/** A master, a slave, and the attacker at a switch; when the slave follows. */
async function attacked(config = {}) {
  const heard: Uint8Array[] = [];
  const bench = await PtpBench.create({
    boards: [
      { name: 'gm', title: 'GM', oscillator: { ppm: 20 }, config: { CONFIG_NETUTILS_PTPD_PRIORITY1: 10 } },
      { name: 'slave', title: 'Slave', oscillator: { ppm: -20 } },
    ],
    switches: [{ name: 'switch', ports: 3 }],
    links: [
      { from: 'gm/eth0', to: 'switch/1', settings: { delayNs: [500, 500] } },
      { from: 'slave/eth0', to: 'switch/2', settings: { delayNs: [900, 900] } },
      { from: 'switch/3', to: 'host:evil' },
    ],
    config,
    options: { onHostFrame: (_port, bytes) => void (heard.length < 500 && heard.push(bytes)) },
  });
  bench.bench.input({ port: 'host:evil', plugged: true });
  const put = (frame: Uint8Array) => bench.bench.input({ port: 'host:evil', frame });
  const send = (...messages: Message[]) => {
    for (const message of messages) put(ptpFrame('udp', message, { mac: 0x0200_0000_9999, address: 0x0a00_0063 }));
  };
  const kernelOf = (board: number) => bench.bench.places[board]!.machine.kernel;
  /** Buffers and bytes of RAM that are in use on the boards. */
  const use = () =>
    [0, 1].map((board) => {
      const { iobs } = kernelOf(board).state.net;
      return { buffers: iobs.total - iobs.free, bytes: heapUse(kernelOf(board)).used };
    });
  /** Nobody has crashed, the slave follows its master still, and closely. */
  const expectUnharmed = () => {
    for (const { machine } of bench.bench.places) expect(machine.fault).toBeNull();
    const { clock } = bench.shown(1);
    expect(clock.ports[0]!.ds.portState).toBe(PortState.Slave);
    expect(clock.parentDS.parentPortIdentity).toEqual(MASTER);
    expect(Math.abs(bench.between(1, 0))).toBeLessThan(100);
  };
  bench.runTo(15);
  expectUnharmed();
  return { bench, heard, put, send, use, expectUnharmed };
}

/** It takes seconds, and longer on a machine that has much else to do. */
const MINUTES = { timeout: 240_000 };

test(
  '10,000 clocks that announce themselves: the table is full of the best, and no buffer is lost',
  MINUTES,
  async () => {
    const { bench, send, use, expectUnharmed } = await attacked();
    const before = use();
    for (let n = 0; n < 10_000; n++) {
      const source = { clock: `0bad${n.toString(16).padStart(12, '0')}`, port: 1 };
      const header = { source, logInterval: n % 256 };
      send(announce(11 + (n % 200), header));
      // Some of them stay for long enough to be in the election.
      if (n % 20 === 0) send(announce(11 + (n % 200), { ...header, sequence: 1 }));
      if (n % 50 > 0) continue;
      bench.runTo(15 + n / 1000);
      const { parentDS, ports } = bench.shown(1).clock;
      expect(ports[0]!.foreign.length).toBeLessThanOrEqual(MOST_FOREIGN_MASTERS);
      expect(parentDS.parentPortIdentity).toEqual(MASTER);
    }
    bench.runTo(30);
    expectUnharmed();
    for (const [board, { buffers, bytes }] of use().entries()) {
      expect(buffers).toBe(before[board]!.buffers);
      expect(bytes - before[board]!.bytes).toBeLessThan(50_000);
    }
  },
);

test('mutated frames of all that the boards have said; the same again comes to the same', MINUTES, async () => {
  const { bench, heard, put, use, expectUnharmed } = await attacked();
  const before = use();
  const checkpoint = bench.bench.checkpoint();
  const said = [...heard];
  const attack = () => {
    const mutations = new Mutations(1588);
    for (let n = 0; n < 2000; n++) {
      put(mutations.next(said));
      if (n % 4 === 0) bench.runTo(15 + (n + 4) / 400);
    }
    // What mutated Announces have promised has been forgotten by then.
    bench.runTo(60);
    return bench.bench.hash();
  };
  const hash = attack();
  expectUnharmed();
  expect(use()).toEqual(before);
  bench.bench.restore(checkpoint);
  expect(attack()).toBe(hash);
});

const evenly = (length: number, type: number): Tlv => ({ type, value: new Uint8Array(length & ~1).fill(0xa5) });
const requests = Array.from({ length: 140 }, () =>
  unicastTlv({ do: 'request', of: MessageType.Sync, logInterval: -128, durationS: 0xffff_ffff }),
);
const PROPAGATED = 0x4000;
const management = (action: number, id: number, length: number): Message =>
  messageOf(
    { type: MessageType.Management, target: EVERYONE, startingBoundaryHops: 255, boundaryHops: 255, action },
    { flags: Flag.Unicast, sequence: id },
    [{ type: TlvType.Management, value: Uint8Array.of(id >> 8, id, ...new Uint8Array(length)) }],
  );

test.each<[string, Message[]]>([
  [
    'requests for more than fits into an answer',
    [messageOf({ type: MessageType.Signaling, target: EVERYONE }, {}, requests)],
  ],
  [
    'TLVs as long as there can be, to be passed on',
    Array.from({ length: 64 }, (_, n) =>
      announce(11 + (n % 16), { source: { clock: EVIL.clock, port: 1 + (n % 16) }, sequence: n }, [
        evenly(1400, n % 3 === 0 ? TlvType.PathTrace : PROPAGATED),
      ]),
    ),
  ],
  [
    'management of every kind, and of every length',
    [0, 1, 2, 3, 4, 15].flatMap((action) =>
      [0x0000, 0x0001, 0x2000, 0x2003, 0x2005, 0x2011, 0x6001, 0xc000, 0xffff].flatMap((id) =>
        // SET of the right length is what may be done.
        [0, 6, 1200].map((length) => management(action, id, length)),
      ),
    ),
  ],
  [
    'intervals and corrections that cannot be, in the name of the master',
    [-128, 127, 10, -10].flatMap((logInterval, n) => [
      announce(10, { source: MASTER, sequence: 40_000 + n, logInterval }),
      messageOf(
        { type: MessageType.Sync, origin: ZERO },
        { source: MASTER, sequence: 30_000 + n, logInterval, flags: Flag.TwoStep, correction: -(2n ** 63n) },
      ),
    ]),
  ],
])('%s', async (_, messages) => {
  const { bench, send, use, expectUnharmed } = await attacked();
  const before = use();
  for (const [n, message] of messages.entries()) {
    send(message);
    bench.runTo(15.02 + n / 50);
  }
  bench.runTo(40);
  expectUnharmed();
  for (const [board, { buffers, bytes }] of use().entries()) {
    expect(buffers).toBe(before[board]!.buffers);
    // The table of masters has room for all of them.
    expect(bytes - before[board]!.bytes).toBeLessThan(20_000);
  }
});

const restless = `
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int wait_main(void)
{
  for (; ; ) sleep(1000);
}

int set_main(void)
{
  static const int steps[] = { 3600, -7200, 100000000, -100000000 };
  sleep(20);
  for (int i = 0; i < 4; i++)
    {
      struct timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      now.tv_sec += steps[i];
      if (clock_settime(CLOCK_REALTIME, &now) < 0) puts("not set");
      sleep(15);
    }

  return 0;
}
`;

test('somebody sets the clock that the daemon holds: it is set right again, each time', async () => {
  const places = [{ name: 'gm' }, { name: 'slave' }];
  const bench = await PtpBench.create({
    source: {
      'main.c': restless,
      'tickscope.json': JSON.stringify({
        board: 'controller',
        bench: 'bench.json',
        apps: [
          { name: 'wait', entry: 'wait_main', on: 'gm' },
          { name: 'set', entry: 'set_main', on: 'slave', stackSize: 4096 },
        ],
      }),
      'bench.json': JSON.stringify({ boards: places, links: [{ from: 'gm', to: 'slave' }] }),
    },
    boards: [
      { name: 'gm', title: 'GM', config: { CONFIG_NETUTILS_PTPD_PRIORITY1: 10 } },
      { name: 'slave', title: 'Slave', oscillator: { ppm: -20 } },
    ],
    links: [{ from: 'gm/eth0', to: 'slave/eth0' }],
    config: { CONFIG_TICKSCOPE_PTPD_CLOCK: '' },
  });
  bench.runTo(19);
  let { steps } = bench.shown(1).clock.servo;
  for (const second of [34, 49, 64, 79]) {
    bench.runTo(second);
    const { servo, ports } = bench.shown(1).clock;
    expect(ports[0]!.ds.portState).toBe(PortState.Slave);
    expect([second, servo.steps]).toEqual([second, ++steps]);
    expect(Math.abs(bench.between(1, 0))).toBeLessThan(50_000);
  }
  expect(bench.console.join('')).not.toContain('not set');
});
