import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPackets, writePcapng } from './pcapng';
import { echo, ListSource, tcp, udp } from './testing';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

function sample(): ListSource {
  const source = new ListSource();
  source.add(tcp({ sequence: 1000, flags: 'S' }), 1_000_000_123, 0);
  source.add(tcp({ sequence: 5000, ack: 1001, flags: 'S' }, true), 1_000_000_456, 1);
  source.add(echo(8, 1), 1_000_000_001, 0);
  source.add(udp(5000, 7, 'hello'), 2_000_000_000, 1);
  return source;
}

/** A pcap file of one packet, in either order of bytes. */
function pcap(little: boolean, magic: number, fraction: number, linkType = 1): Uint8Array {
  const bytes = echo(8, 1);
  const file = new Uint8Array(24 + 2 * (16 + bytes.length));
  const view = new DataView(file.buffer);
  const put = (at: number, value: number) => view.setUint32(at, value, little);
  put(0, magic);
  put(20, linkType);
  [0, 1].forEach((index) => {
    const at = 24 + index * (16 + bytes.length);
    put(at, 1_600_000_000 + index);
    put(at + 4, index * fraction);
    put(at + 8, bytes.length);
    put(at + 12, bytes.length);
    file.set(bytes, at + 16);
  });
  return file;
}

describe('files of packets', () => {
  it('are read as they were written: in the order of time, to the nanosecond, with ports and directions', () => {
    const source = sample();
    const file = readPackets(writePcapng(source, [1, 2, 3, 4]));
    expect(file.interfaces).toEqual(['left/eth0', 'right/eth0']);
    expect([file.first, file.end]).toEqual([1, 5]);
    const packets = [1, 2, 3, 4].map((number) => file.packet(number));
    expect(packets.map(({ timeNs }) => timeNs)).toEqual([0, 122, 455, 999_999_999]);
    expect(packets.map((packet) => packet.interface)).toEqual([0, 0, 1, 1]);
    expect(packets.every(({ direction }) => direction === 'out')).toBe(true);
    expect(packets[3]!.bytes).toEqual(source.packet(4).bytes);
  });

  it('of pcap are read with stamps of micro- and nanoseconds, in either order of bytes', () => {
    for (const little of [true, false]) {
      expect(readPackets(pcap(little, 0xa1b2c3d4, 5)).packet(2).timeNs).toBe(1_000_005_000);
      expect(readPackets(pcap(little, 0xa1b23c4d, 5)).packet(2).timeNs).toBe(1_000_000_005);
    }
  });

  it('that end within a packet give those before it', () => {
    expect(readPackets(pcap(true, 0xa1b23c4d, 5).subarray(0, -3)).end).toBe(2);
    expect(readPackets(writePcapng(sample(), [1, 2]).subarray(0, -3)).end).toBe(2);
  });

  it('that are none are refused in words', () => {
    expect(() => readPackets(new TextEncoder().encode('#include <stdio.h> int main'))).toThrow('no capture');
    expect(() => readPackets(new Uint8Array(3))).toThrow('too short');
    expect(() => readPackets(pcap(true, 0xa1b23c4d, 5, 105))).toThrow('not of Ethernet');
    const damaged = writePcapng(sample(), [1]);
    damaged[4] = 7;
    expect(() => readPackets(damaged)).toThrow('damaged');
  });

  it.skipIf(!hasTshark)('are read by tshark, with nothing malformed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tickscope-pcapng-'));
    try {
      const path = join(folder, 'a.pcapng');
      writeFileSync(path, writePcapng(sample(), [1, 2, 3, 4]));
      const fields = ['frame.time_epoch', 'frame.interface_name', '_ws.col.Protocol', 'ip.checksum.status'];
      const args = ['-r', path, '-o', 'ip.check_checksum:TRUE', '-T', 'fields', ...fields.flatMap((f) => ['-e', f])];
      const lines = execFileSync('tshark', args, { encoding: 'utf8', timeout: 60_000 }).trim().split('\n');
      expect(lines.map((line) => line.split('\t'))).toEqual([
        ['1.000000001', 'left/eth0', 'ICMP', '1'],
        ['1.000000123', 'left/eth0', 'TCP', '1'],
        ['1.000000456', 'right/eth0', 'TCP', '1'],
        ['2.000000000', 'right/eth0', 'ECHO', '1'],
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
