/** Groups: what the board says to routers and switches, and what it lets in. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Errno } from '../../../kernel/errno';
import { groupMac } from '../../../kernel/net/address';
import { addWords, checksumOf, get32, put16, put32 } from '../../../kernel/net/bytes';
import { joinGroup, leaveGroup } from '../../../kernel/net/igmp/groups';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { BOARD, echoRequest, ipv4Frame } from '../../../kernel/net/testing';
import type { TestFirmware } from '../firmware';
import { Cable, idleFirmware } from './cable';

const GROUP = 0xe000_0181; // 224.0.1.129
const ALL_SYSTEMS = 0xe000_0001;
const ALL_ROUTERS = 0xe000_0002;
const QUERY = 0x11;
const V1_REPORT = 0x12;
const REPORT = 0x16;
const LEAVE = 0x17;

let idle: TestFirmware;
let cable: Cable;
beforeAll(async () => {
  idle = await idleFirmware();
});
beforeEach(() => {
  cable = new Cable(idle);
  cable.meet();
  cable.taken();
});

const join = (group = GROUP) => joinGroup(cable.machine.kernel, cable.eth0, group);
const leave = (group = GROUP) => leaveGroup(cable.machine.kernel, cable.eth0, group);

function igmp(type: number, group: number, destination: number, time = 100): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes.set([type, time]);
  put32(bytes, 4, group);
  put16(bytes, 2, checksumOf(addWords(bytes, 0, 8)));
  return ipv4Frame(Protocol.Igmp, bytes, { destination, ttl: 1 });
}

/** IGMP messages that the board sends within so many ticks. */
function said(ticks: number) {
  cable.run(ticks);
  return cable.heard().flatMap(({ is, data, destination, ttl, source, to }) => {
    if (is !== 'protocol 2') return [];
    expect({ ttl, source, to }).toEqual({ ttl: 1, source: BOARD.address, to: groupMac(destination as number) });
    return [{ type: (data as Uint8Array)[0], group: get32(data as Uint8Array, 4), destination }];
  });
}
const report = { type: REPORT, group: GROUP, destination: GROUP };

describe('a member', () => {
  test('reports its group at once and once more, and says when it leaves', () => {
    expect(join()).toBe(0);
    expect(said(1)).toEqual([report]);
    expect(said(1002)).toEqual([report]);
    expect(said(3000)).toEqual([]);
    expect(leave()).toBe(0);
    expect(said(1)).toEqual([{ type: LEAVE, group: GROUP, destination: ALL_ROUTERS }]);
    expect(cable.net.timers.size).toBe(0);
  });

  test('is one as long as anybody on the board is', () => {
    join();
    join();
    said(1100);
    leave();
    expect(said(1)).toEqual([]);
    expect(cable.eth0.groups.get(GROUP)).toBe(1);
    leave();
    expect(said(1)).toHaveLength(1);
    expect(leave()).toBe(-Errno.EADDRNOTAVAIL);
    expect(join(BOARD.address)).toBe(-Errno.EINVAL);
  });

  test('answers queries for all groups and for its own, within the time that they give', () => {
    join();
    join(GROUP + 1);
    said(1100);
    cable.send(igmp(QUERY, 0, ALL_SYSTEMS, 50));
    const answers = said(501).map(({ group }) => group);
    expect(answers.sort()).toEqual([GROUP, GROUP + 1]);
    cable.send(igmp(QUERY, GROUP, GROUP, 10));
    expect(said(101)).toEqual([report]);
    cable.send(igmp(QUERY, GROUP + 9, GROUP, 10));
    expect(said(101)).toEqual([]);
  });

  test('keeps silent where another member has said it, also when it leaves', () => {
    join();
    said(1100);
    cable.send(igmp(QUERY, 0, ALL_SYSTEMS, 100));
    cable.send(igmp(REPORT, GROUP, GROUP, 0));
    expect(said(1100)).toEqual([]);
    leave();
    expect(said(1)).toEqual([]);
  });

  test('speaks version 1 for 400 seconds, once a router does', () => {
    join();
    said(1100);
    cable.send(igmp(QUERY, 0, ALL_SYSTEMS, 0));
    expect(said(1001)).toEqual([{ ...report, type: V1_REPORT }]);
    leave();
    expect(said(1)).toEqual([]);
    cable.run(40_000);
    join();
    expect(said(1)).toEqual([report]);
  });

  test('says it again when there is a cable again', () => {
    join();
    said(1100);
    for (const bitsPerSecond of [0, 100e6]) {
      cable.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond } });
    }
    expect(said(1)).toEqual([report]);
  });

  test('hears what is for its groups, and nothing that is for others', () => {
    const ping = ipv4Frame(Protocol.Icmp, echoRequest(), { destination: GROUP });
    // The same Ethernet address, and another group.
    const alias = ipv4Frame(Protocol.Icmp, echoRequest(), { destination: GROUP + 0x0080_0000 });
    expect(cable.ask(ping)).toEqual([]);
    expect(cable.eth0.counts.rxIpv4).toBe(0);
    join();
    said(1100);
    expect(cable.ask(ping)).toMatchObject([{ is: 'icmp', source: BOARD.address }]);
    expect(cable.ask(alias)).toEqual([]);
    leave();
    said(1);
    expect(cable.ask(ping)).toEqual([]);
    expect(cable.ask(ipv4Frame(Protocol.Icmp, echoRequest(), { destination: ALL_SYSTEMS }))).toHaveLength(1);
  });

  test('is not deceived by damaged messages', () => {
    join();
    said(1100);
    const bad = igmp(QUERY, 0, ALL_SYSTEMS, 10);
    bad[bad.length - 1]! ^= 1;
    cable.send(bad);
    cable.send(igmp(QUERY, 0, ALL_SYSTEMS, 10).subarray(0, 38));
    expect(said(300)).toEqual([]);
  });
});
