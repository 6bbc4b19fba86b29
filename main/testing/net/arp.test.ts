/** Who is behind which Ethernet address: frames in, frames out of a real board. */
import { beforeAll, describe, expect, test } from 'vitest';
import { groupMac, MAC_BROADCAST } from '../../../kernel/net/address';
import { setArp } from '../../../kernel/net/arp/neighbors';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { ipv4Output } from '../../../kernel/net/ipv4/output';
import { arpFrame, BOARD, bytesOf, echoRequest, HOST, ipv4Frame } from '../../../kernel/net/testing';
import { Errno } from '../../../kernel/errno';
import type { TestFirmware } from '../firmware';
import { Cable, idleFirmware } from './cable';

let idle: TestFirmware;
beforeAll(async () => {
  idle = await idleFirmware();
});

const OTHER = { mac: 0x0200_0000_00bb, address: 0x0a00_0042 };
const ping = ipv4Frame(Protocol.Icmp, echoRequest());
const reply = { is: 'arp reply', to: HOST.mac, mac: BOARD.mac, address: BOARD.address, toMac: HOST.mac };

/** The board sends a UDP datagram of so many bytes to an address. */
const send = (cable: Cable, destination: number, length = 8) =>
  ipv4Output(cable.machine.kernel, {
    ...{ protocol: Protocol.Udp, source: BOARD.address, destination, payload: bytesOf(length), ttl: 64, tos: 0 },
  });

const entries = (cable: Cable) => cable.net.arp.entries.map(({ address, mac }) => ({ address, mac }));

describe('a board', () => {
  test('says which address it has, as soon as it has a cable, and again with each', () => {
    const cable = new Cable(idle);
    const announced = { is: 'arp request', to: MAC_BROADCAST, ...BOARD, target: BOARD.address };
    expect(cable.heard()).toMatchObject([announced]);
    for (const bitsPerSecond of [0, 10e6]) {
      cable.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond } });
      cable.run();
    }
    expect(cable.heard()).toMatchObject([announced]);
  });

  test.each([
    ['a request for it', arpFrame(), [reply], [HOST]],
    ['a request for it to it alone', arpFrame({ to: BOARD.mac }), [reply], [HOST]],
    ['a request for another one', arpFrame({ target: OTHER.address }), [], []],
    ['a probe, whose sender has no address yet', arpFrame({ address: 0 }), [{ ...reply, target: 0 }], []],
    ['an answer that nobody has asked for', arpFrame({ operation: 2, target: OTHER.address }), [], []],
    ['an answer to it', arpFrame({ operation: 2, toMac: BOARD.mac }), [], [HOST]],
    ['somebody with a group for an address', arpFrame({ mac: groupMac(0xe000_0001) }), [], []],
    ['somebody with a multicast address', arpFrame({ address: 0xe000_0005 }), [], []],
    ['somebody with the broadcast address', arpFrame({ address: 0x0a00_00ff }), [], []],
    ['an operation that there is not', arpFrame({ operation: 8 }), [], []],
    ['an ARP message that is cut off', arpFrame().subarray(0, 40), [], []],
  ])('%s', (_, frame, answers, known) => {
    const cable = new Cable(idle);
    expect(cable.ask(frame)).toMatchObject(answers);
    expect(entries(cable)).toEqual(known);
  });

  test('believes a neighbor that it knows who has another Ethernet address now', () => {
    const cable = new Cable(idle);
    cable.meet();
    cable.ask(arpFrame({ mac: OTHER.mac, target: HOST.address }));
    expect(entries(cable)).toEqual([{ address: HOST.address, mac: OTHER.mac }]);
  });

  test('notes who has its address, and answers him all the same', () => {
    const cable = new Cable(idle);
    expect(cable.ask(arpFrame({ mac: OTHER.mac, address: BOARD.address }))).toMatchObject([
      { is: 'arp reply', to: OTHER.mac },
    ]);
    expect(cable.test.events('net_conflict')).toMatchObject([{ interface: 1, address: BOARD.address }]);
    expect(entries(cable)).toEqual([]);
  });

  test('keeps to what was set for good, whatever others say', () => {
    const cable = new Cable(idle);
    setArp(cable.machine.kernel, cable.eth0, OTHER.address, OTHER.mac, true);
    cable.ask(arpFrame({ mac: HOST.mac, address: OTHER.address }));
    expect(entries(cable)).toEqual([{ address: OTHER.address, mac: OTHER.mac }]);
  });

  test('asks for a neighbor that it does not know, and lets datagrams wait for the answer', () => {
    const cable = new Cable(idle);
    const asked = { is: 'arp request', to: MAC_BROADCAST, ...BOARD, toMac: 0, target: HOST.address };
    cable.send(ping);
    expect(cable.ask(ping)).toMatchObject([asked]);
    expect(cable.net.iobs.free).toBeLessThan(cable.net.iobs.total);
    const answers = cable.ask(arpFrame({ operation: 2, toMac: BOARD.mac }));
    expect(answers).toMatchObject([1, 2].map(() => ({ is: 'icmp', type: 0, to: HOST.mac })));
    expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
  });

  test('asks five times in 100 ms, and gives up', () => {
    const cable = new Cable(idle);
    cable.taken();
    expect(send(cable, OTHER.address)).toBe(0);
    cable.run(30);
    expect(cable.heard()).toMatchObject([1, 2, 3, 4, 5].map(() => ({ is: 'arp request', target: OTHER.address })));
    expect(cable.net.arp.resolutions).toEqual([]);
    expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
    expect(cable.eth0.counts.txDropped).toBe(1);
  });

  test('keeps eight frames for a neighbor, and asks for sixteen at a time', () => {
    const cable = new Cable(idle);
    const results = Array.from({ length: 10 }, () => send(cable, OTHER.address));
    expect(results).toEqual([...Array<number>(8).fill(0), -Errno.ENOBUFS, -Errno.ENOBUFS]);
    const others = Array.from({ length: 16 }, (_, i) => send(cable, 0x0a00_0080 + i));
    expect(others).toEqual([...Array<number>(15).fill(0), -Errno.ENOBUFS]);
    cable.run(30);
    expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
  });

  test('knows sixteen neighbors, and forgets the one of whom it has heard least lately', () => {
    const cable = new Cable(idle);
    for (let i = 0; i < 17; i++) {
      cable.ask(arpFrame({ mac: OTHER.mac + i, address: OTHER.address + i }));
      cable.run();
    }
    expect(cable.net.arp.entries).toHaveLength(16);
    expect(entries(cable)).not.toContainEqual(OTHER);
    expect(entries(cable)).toContainEqual({ address: OTHER.address + 16, mac: OTHER.mac + 16 });
  });

  test('asks again for a neighbor of whom it has not heard for twenty minutes', () => {
    const cable = new Cable(idle);
    cable.meet();
    cable.run(119_000);
    expect(cable.ask(ping)).toMatchObject([{ is: 'icmp' }]);
    cable.run(2000);
    expect(cable.ask(ping)).toMatchObject([{ is: 'arp request' }]);
  });
});
