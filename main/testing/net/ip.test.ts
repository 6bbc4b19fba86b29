/** IPv4 and ICMP: frames in, frames out of a real board. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Errno } from '../../../kernel/errno';
import { groupMac, INADDR_BROADCAST, MAC_BROADCAST } from '../../../kernel/net/address';
import { IcmpType, message, Unreachable } from '../../../kernel/net/icmp/header';
import { Fragment, Protocol } from '../../../kernel/net/ipv4/header';
import { ipv4Output } from '../../../kernel/net/ipv4/output';
import { BOARD, bytesOf, echoRequest, HOST, ipv4Frame, udpDatagram } from '../../../kernel/net/testing';
import type { TestFirmware } from '../firmware';
import { Cable, idleFirmware } from './cable';

let idle: TestFirmware;
let cable: Cable;
beforeAll(async () => {
  idle = await idleFirmware();
  cable = new Cable(idle);
  cable.meet();
});

const ping = (length = 56) => echoRequest(bytesOf(length));
const echo = { is: 'icmp', type: IcmpType.EchoReply, code: 0, to: HOST.mac, destination: HOST.address, ttl: 64 };
const HEADER = 14;

/** The same frame with a byte of its datagram changed. */
function changed(frame: Uint8Array, at: number, value: number): Uint8Array {
  const copy = frame.slice();
  copy[HEADER + at] = value;
  return copy;
}

describe('what comes in', () => {
  const good = ipv4Frame(Protocol.Icmp, ping());
  test.each<[string, Uint8Array, object[]]>([
    ['an echo request', good, [{ ...echo, source: BOARD.address, data: ping().subarray(4) }]],
    ['one of no bytes', ipv4Frame(Protocol.Icmp, ping(0)), [echo]],
    ['one of an odd number of bytes', ipv4Frame(Protocol.Icmp, ping(57)), [{ ...echo, data: ping(57).subarray(4) }]],
    ['one with options', ipv4Frame(Protocol.Icmp, ping(), { options: Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 0) }), [echo]],
    ['one whose frame is longer than it', Uint8Array.of(...ipv4Frame(Protocol.Icmp, ping(1)), 1, 2, 3), [echo]],
    ['one on its last hop', ipv4Frame(Protocol.Icmp, ping(), { ttl: 1 }), [echo]],
    ['one for everybody', ipv4Frame(Protocol.Icmp, ping(), { destination: 0x0a00_00ff, to: MAC_BROADCAST }), [
      { ...echo, source: BOARD.address },
    ]],
    ['a wrong checksum', changed(good, 8, 63), []],
    ['version 6', changed(good, 0, 0x65), []],
    ['a header of four words', changed(good, 0, 0x44), []],
    ['a header beyond the end', changed(good, 0, 0x4f).subarray(0, HEADER + 40), []],
    ['a length beyond the end', good.subarray(0, good.length - 1), []],
    ['a datagram that is cut off in its header', good.subarray(0, HEADER + 12), []],
    ['nothing behind the Ethernet header', good.subarray(0, HEADER), []],
    ['half an Ethernet header', good.subarray(0, 9), []],
    ['one for another host', ipv4Frame(Protocol.Icmp, ping(), { destination: 0x0a00_0077 }), []],
    ['one for this host in a frame for all', ipv4Frame(Protocol.Icmp, ping(), { to: MAC_BROADCAST }), []],
    ['one from everybody', ipv4Frame(Protocol.Icmp, ping(), { source: INADDR_BROADCAST }), []],
    ['one from a group', ipv4Frame(Protocol.Icmp, ping(), { source: 0xe000_0001 }), []],
    ['one from inside the board', ipv4Frame(Protocol.Icmp, ping(), { source: 0x7f00_0001 }), []],
    ['one from the board itself', ipv4Frame(Protocol.Icmp, ping(), { source: BOARD.address }), []],
    ['one for the inside of the board', ipv4Frame(Protocol.Icmp, ping(), { destination: 0x7f00_0001 }), []],
    ['ICMP with a wrong checksum', changed(good, 30, 255), []],
    ['ICMP that is cut off', ipv4Frame(Protocol.Icmp, ping().subarray(0, 7)), []],
    ['ICMP of a type that there is not', ipv4Frame(Protocol.Icmp, message(77, 0, 0, bytesOf(8))), []],
    ['a protocol that there is not', ipv4Frame(200, bytesOf(20)), [
      { is: 'icmp', type: IcmpType.Unreachable, code: Unreachable.Protocol },
    ]],
    ['a datagram for a port that nobody has', ipv4Frame(Protocol.Udp, udpDatagram(5, 9999, bytesOf(4))), [
      { is: 'icmp', type: IcmpType.Unreachable, code: Unreachable.Port },
    ]],
    ['the same for everybody', ipv4Frame(Protocol.Udp, udpDatagram(5, 9999, bytesOf(4), HOST.address, 0x0a00_00ff), { destination: 0x0a00_00ff, to: MAC_BROADCAST }), []],
    ['an EtherType that there is not', Uint8Array.of(...good.subarray(0, 12), 0x12, 0x34, ...good.subarray(14)), []],
  ])('%s', (_, frame, answers) => {
    expect(cable.ask(frame)).toMatchObject(answers);
    expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
    // The errors that may be sent at once come back with time.
    cable.run(20);
  }); // prettier-ignore

  test('errors quote the header and eight bytes', () => {
    const datagram = ipv4Frame(Protocol.Udp, udpDatagram(5, 9999, bytesOf(40)));
    const [answer] = cable.ask(datagram);
    expect(answer!.data).toEqual(Uint8Array.of(0, 0, 0, 0, ...datagram.subarray(HEADER, HEADER + 28)));
  });

  test('errors are sent ten at once, and then ten a second', () => {
    cable.run(200);
    cable.taken();
    const datagram = ipv4Frame(Protocol.Udp, udpDatagram(5, 9999, bytesOf(40)));
    for (let i = 0; i < 50; i++) cable.send(datagram);
    cable.run(2);
    expect(cable.taken()).toHaveLength(10);
    for (let i = 0; i < 100; i++) {
      cable.send(datagram);
      cable.run();
    }
    expect(cable.taken().length).toBeGreaterThanOrEqual(9);
    expect(cable.net.counts.icmp.sent).toBeLessThan(200);
  });
});

describe('what goes out', () => {
  const send = (length: number, more: object = {}) =>
    ipv4Output(cable.machine.kernel, {
      ...{ protocol: Protocol.Udp, source: BOARD.address, destination: HOST.address },
      ...{ payload: bytesOf(length), ttl: 9, tos: 0x10, ...more },
    });
  const taken = () => {
    cable.run();
    return cable.heard();
  };

  test('is split where it is too long', () => {
    cable.taken();
    expect(send(3000)).toBe(0);
    const pieces = taken();
    expect(pieces).toMatchObject([
      { is: 'fragment', ttl: 9, fragment: Fragment.More, to: HOST.mac },
      { is: 'fragment', ttl: 9, fragment: Fragment.More | 185 },
      { is: 'fragment', ttl: 9, fragment: 370 },
    ]);
    expect(pieces.flatMap(({ data }) => [...(data as Uint8Array)])).toEqual([...bytesOf(3000)]);
  });

  test.each([
    ['just fits', 1480, {}, 0, 1],
    ['just does not', 1481, {}, 0, 2],
    ['must not be split', 1481, { dontFragment: true }, -Errno.EMSGSIZE, 0],
    ['is longer than any datagram', 65_516, {}, -Errno.EMSGSIZE, 0],
    ['goes to everybody', 10, { destination: INADDR_BROADCAST }, 0, 1],
    ['goes to a group', 10, { destination: 0xe000_0009 }, 0, 1],
  ])('%s', (_, length, more, result, count) => {
    expect(send(length, more)).toBe(result);
    expect(taken()).toHaveLength(count);
  });

  test('finds its Ethernet addresses', () => {
    send(10, { destination: 0x0a00_00ff });
    send(10, { destination: 0xefff_fffa });
    send(10, { destination: 0x0808_0808 });
    expect(taken().map(({ to }) => to)).toEqual([MAC_BROADCAST, groupMac(0xefff_fffa), HOST.mac]);
  });

  test('finds no way where there is none', () => {
    cable.eth0.router = 0;
    expect(send(10, { destination: 0x0808_0808 })).toBe(-Errno.ENETUNREACH);
    cable.eth0.router = HOST.address;
  });

  test('waits in the queue, in I/O buffers, when the ring is full, and leaves some to others', () => {
    const before = cable.net.iobs.free;
    cable.taken();
    let sent = 0;
    while (send(1000) === 0) sent++;
    // Six buffers each; a quarter is left to what comes in.
    expect(sent).toBe(8 + (before * 3) / 4 / 6);
    expect(send(1000)).toBe(-Errno.ENOBUFS);
    cable.run(20);
    expect(cable.taken()).toHaveLength(sent);
    expect(cable.net.iobs.free).toBe(before);
  });

  test('is lost without a cable, and no buffer with it', () => {
    const lonely = new Cable(idle);
    lonely.meet();
    lonely.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond: 0 } });
    expect(
      ipv4Output(lonely.machine.kernel, {
        ...{ protocol: 17, source: BOARD.address, destination: HOST.address, payload: bytesOf(4), ttl: 1, tos: 0 },
      }),
    ).toBe(0);
    lonely.run();
    expect(lonely.eth0.counts.txDropped).toBe(1);
    expect(lonely.net.iobs.free).toBe(lonely.net.iobs.total);
  });
});
