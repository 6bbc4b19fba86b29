import { describe, expect, it } from 'vitest';
import type { PacketField } from '../../contract/network';
import { Conversations } from '../conversations';
import { echo, frame, ipv4, ListSource, tcp, udp } from '../testing';
import { allFields, dissect, rowOf, treeOf } from './index';

function decode(bytes: Uint8Array) {
  const source = new ListSource([bytes]);
  const conversations = new Conversations(source);
  conversations.advance(Infinity);
  const decoder = dissect(source.packet(1), source, conversations);
  return { row: rowOf(decoder, 'left/eth0'), tree: treeOf(decoder) };
}

const all = (fields: readonly PacketField[]): PacketField[] =>
  fields.flatMap((field) => [field, ...all(field.children)]);
/** Texts of the fields of a name. */
const texts = (bytes: Uint8Array, name: string): string[] =>
  all(decode(bytes).tree)
    .filter((field) => field.name === name)
    .map(({ text }) => text);
const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16));

/** A header of IEEE 1588 with a body. */
const ptp = (type: number, length: number, body: string, flags = '0200'): Uint8Array =>
  hex(
    `${type.toString(16).padStart(2, '0')}02${length.toString(16).padStart(4, '0')}0000${flags}` +
      `ffffffffffff8000${'00'.repeat(4)}ca1e53fffe1d06dc00010007007f${body}`,
  );

describe('dissectors', () => {
  it('give every field a name of its own', () => {
    const names = allFields.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('ARP', () => {
    const request = hex('0001080006040001' + '020000000002' + '0a000002' + '000000000000' + '0a000003');
    expect(decode(frame(0x0806, request)).row).toMatchObject({
      protocol: 'ARP',
      info: 'Who has 10.0.0.3? Tell 10.0.0.2',
      source: '02:00:00:00:00:02',
    });
    expect(texts(frame(0x0806, request), 'arp.opcode')).toEqual(['Operation: request (1)']);
  });

  it('ICMP, and what an error is about', () => {
    expect(decode(echo(8, 3)).row).toMatchObject({ protocol: 'ICMP', info: 'Echo request id=7, seq=3, 56 bytes' });
    const about = udp(5000, 7, 'lost').subarray(14, 14 + 28);
    const message = new Uint8Array(8 + about.length);
    message.set([3, 3]);
    message.set(about, 8);
    expect(decode(ipv4(1, message)).row).toMatchObject({
      protocol: 'ICMP',
      source: '10.0.0.2',
      info: 'Destination unreachable (port unreachable): 5000 \u2192 7, 4 bytes',
    });
  });

  it('IGMP', () => {
    expect(decode(ipv4(2, hex('16000704e1010101'))).row).toMatchObject({
      protocol: 'IGMP',
      info: 'Membership report (version 2) 225.1.1.1',
    });
    const report = hex('2200' + 'e4f8' + '00000001' + '04000000' + 'e1020304');
    expect(decode(ipv4(2, report)).row.info).toBe('Membership report (version 3): 225.2.3.4 change to exclude');
  });

  it('UDP: lengths, checksums, and a payload that nothing knows', () => {
    const packet = udp(1000, 2000, 'hello');
    expect(decode(packet).row.info).toBe('1000 \u2192 2000, 5 bytes');
    expect(texts(packet, 'udp.checksum')[0]).toMatch(/\[correct\]$/);
    packet[44] = packet[44]! ^ 1;
    expect(texts(packet, 'udp.checksum')[0]).toMatch(/\[incorrect\]$/);
    expect(texts(packet, 'udp.checksum_bad')).toEqual(['[Checksum is incorrect]']);
    expect(decode(packet).row.mark).toBe('problem');
  });

  it('TCP: flags, options, relative numbers', () => {
    const options = [2, 4, 5, 0xb4, 4, 2, 1, 3, 3, 2, 0, 0];
    const packet = tcp({ sequence: 4_000_000_000, flags: 'S', options });
    expect(decode(packet).row).toMatchObject({
      protocol: 'TCP',
      mark: 'end',
      info: '40000 \u2192 80 [SYN] Seq=0 Win=8192 Len=0',
    });
    expect(texts(packet, 'tcp.options.mss_val')).toEqual(['Maximum segment size: 1460 bytes']);
    expect(texts(packet, 'tcp.options.wscale.shift')).toEqual(['Shift: 2']);
    expect(texts(packet, 'tcp.flags.syn')).toEqual(['Syn: set']);
    expect(texts(packet, 'tcp.seq_raw')).toEqual(['Sequence number: 4000000000']);
  });

  it('HTTP', () => {
    const get = tcp({ sequence: 1, ack: 1, data: 'GET /index.html HTTP/1.1\r\nHost: board\r\n\r\n' });
    expect(decode(get).row).toMatchObject({ protocol: 'HTTP', info: 'GET /index.html HTTP/1.1' });
    expect(texts(get, 'http.host')).toEqual(['Host: board']);
    const answer = 'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n';
    expect(texts(tcp({ sequence: 1, ack: 1, data: answer }), 'http.response.code')).toEqual(['Status: 404']);
  });

  it('DNS, also with names that point back', () => {
    const question = '0377777704746573740000010001';
    const response = hex(`beef81800001000100000000${question}c00c000100010000003c00045db8d822`);
    expect(decode(udp(53, 5000, response)).row).toMatchObject({
      protocol: 'DNS',
      info: 'Response 0xbeef A www.test, 93.184.216.34',
    });
    // One that points at itself has no end.
    const loop = hex('beef01000001000000000000c00c00010001');
    expect(decode(udp(5000, 53, loop)).row.info).toMatch(/malformed/);
  });

  it('DHCP', () => {
    const message = new Uint8Array(240 + 15);
    message.set([1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78]);
    message.set(hex('63825363' + '350103' + '32040a000064' + '3702' + '0103' + 'ff'), 236);
    const packet = udp(68, 67, message, { from: '0.0.0.0', to: '255.255.255.255' });
    expect(decode(packet).row).toMatchObject({
      protocol: 'DHCP',
      info: 'DHCP Request, asks for 10.0.0.100, transaction 0x12345678',
    });
    expect(texts(packet, 'dhcp.option.request_list_item')).toEqual(['Wanted: Subnet mask (1)', 'Wanted: Router (3)']);
  });

  it('PTP: every message, over UDP and Ethernet', () => {
    const time = '00005f5e1000075bcd15';
    const requester = '1122334455667788' + '0002';
    const announce =
      `${'00'.repeat(10)}0025` + '00' + '80' + '06' + '21' + '4e5d' + '80' + 'ca1e53fffe1d06dc' + '0001' + '20';
    const management = `${requester}01010200` + '00010006' + '2001' + '00000000';
    const messages: [type: number, length: number, body: string, info: string][] = [
      [0x0, 44, time, 'Sync sequence 7'],
      [0x1, 44, time, 'Delay_Req sequence 7'],
      [0x2, 54, time + '00'.repeat(10), 'Pdelay_Req sequence 7'],
      [0x3, 54, time + requester, 'Pdelay_Resp sequence 7'],
      [0x8, 44, time, 'Follow_Up sequence 7'],
      [0x9, 54, time + requester, 'Delay_Resp sequence 7'],
      [0xa, 54, time + requester, 'Pdelay_Resp_Follow_Up sequence 7'],
      [0xb, 64, announce, 'Announce sequence 7, grandmaster ca1e53fffe1d06dc, class 6, steps 1'],
      [0xc, 54, `${requester}000400060bfe0000012c`, 'Signaling sequence 7, REQUEST_UNICAST_TRANSMISSION'],
      [0xd, 58, management, 'Management sequence 7, RESPONSE, CURRENT_DATA_SET'],
    ];
    for (const [type, length, body, info] of messages) {
      const message = ptp(type, length, body);
      expect(message.length, info).toBe(length);
      expect(decode(udp(319, 319, message)).row, info).toMatchObject({ protocol: 'PTPv2', info, mark: '' });
      expect(decode(frame(0x88f7, message)).row, info).toMatchObject({ protocol: 'PTPv2', info, mark: '' });
    }
    const sync = udp(319, 319, ptp(0, 44, time));
    expect(texts(sync, 'ptp.v2.correction.ns')).toEqual(['correctionField: -0.5 ns']);
    expect(texts(sync, 'ptp.v2.logmessageperiod')).toEqual(['logMessageInterval: 127']);
    expect(texts(sync, 'ptp.v2.timestamp')).toEqual(['Timestamp: 1600000000.123456789 s (originTimestamp)']);
    expect(texts(sync, 'ptp.v2.flags.twostep')).toEqual(['twoStepFlag: set']);
    expect(texts(udp(319, 319, ptp(0xb, 64, announce)), 'ptp.v2.an.grandmasterclockaccuracy')).toEqual([
      'grandmasterClockQuality: accuracy: 100 ns (0x21)',
    ]);
  });

  it('say where the bytes of a field are, and a filter that finds it', () => {
    const port = all(decode(udp(1000, 2000, 'hello')).tree).find(({ name }) => name === 'udp.dstport');
    expect(port).toMatchObject({ from: 36, to: 38, filter: 'udp.dstport == 2000' });
  });

  it('never fail, whatever is in a packet', () => {
    const packets = [
      ...[tcp({ sequence: 1, ack: 1, data: 'GET / HTTP/1.1\r\n\r\n', options: [2, 4, 5, 180] }), echo(8, 1)],
      udp(53, 53, hex('beef818000010001000000000377777704746573740000010001c00c000100010000003c00045db8d822')),
      udp(319, 320, ptp(0xb, 64, '00'.repeat(30))),
      udp(68, 67, new Uint8Array(300).fill(0x63)),
      ipv4(2, hex('2200e4f80000000104000000e1020304')),
    ];
    let seed = 1;
    const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below;
    for (let turn = 0; turn < 3000; turn++) {
      const bytes = packets[random(packets.length)]!.slice();
      for (let flips = random(6); flips >= 0; flips--) bytes[12 + random(bytes.length - 12)] = random(256);
      const cut = bytes.subarray(0, random(4) === 0 ? random(bytes.length) : bytes.length);
      expect(() => decode(cut)).not.toThrow();
    }
  });
});
