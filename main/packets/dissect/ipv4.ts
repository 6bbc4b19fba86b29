import { ipv4Text } from '../../../kernel/net/address';
import { addChecksum, isRight } from './checksum';
import type { Decoder } from './decoder';
import { protocol } from './field';
import { dissectIcmp } from './icmp';
import { dissectIgmp } from './igmp';
import { dissectTcp } from './tcp';
import { dissectUdp } from './udp';

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  89: 'OSPF',
  132: 'SCTP',
};
const OPTIONS: Readonly<Record<number, string>> = {
  0: 'End of options',
  1: 'No operation',
  7: 'Record route',
  68: 'Timestamp',
  131: 'Loose source route',
  137: 'Strict source route',
  148: 'Router alert',
};

export const ip = protocol({
  name: 'ip',
  title: 'Internet Protocol version 4',
  label: 'IPv4',
  fields: {
    'ip.version': { title: 'Version', at: 0, size: 1, mask: 0xf0 },
    'ip.hdr_len': { title: 'Header length', unit: 'words of 4 bytes', at: 0, size: 1, mask: 0x0f },
    'ip.dsfield': { title: 'Differentiated services', hex: true, at: 1, size: 1 },
    'ip.dsfield.dscp': { title: 'Code point', in: 'ip.dsfield', at: 1, size: 1, mask: 0xfc },
    'ip.dsfield.ecn': { title: 'Congestion notification', in: 'ip.dsfield', at: 1, size: 1, mask: 0x03 },
    'ip.len': { title: 'Total length', unit: 'bytes', at: 2, size: 2 },
    'ip.id': { title: 'Identification', hex: true, at: 4, size: 2 },
    'ip.flags': { title: 'Flags', hex: true, at: 6, size: 2, mask: 0xe000 },
    'ip.flags.df': { title: "Don't fragment", kind: 'flag', in: 'ip.flags', at: 6, size: 2, mask: 0x4000 },
    'ip.flags.mf': { title: 'More fragments', kind: 'flag', in: 'ip.flags', at: 6, size: 2, mask: 0x2000 },
    'ip.frag_offset': { title: 'Fragment offset', unit: 'words of 8 bytes', at: 6, size: 2, mask: 0x1fff },
    'ip.ttl': { title: 'Time to live', at: 8, size: 1 },
    'ip.proto': { title: 'Protocol', names: PROTOCOLS, at: 9, size: 1 },
    'ip.checksum': { title: 'Header checksum', hex: true, size: 2 },
    'ip.src': { title: 'Source', kind: 'ipv4', also: 'ip.addr', at: 12, size: 4 },
    'ip.dst': { title: 'Destination', kind: 'ipv4', also: 'ip.addr', at: 16, size: 4 },
    'ip.opt': { title: 'Option', names: OPTIONS, size: 1 },
    'ip.checksum_bad': { title: 'Header checksum is incorrect', kind: 'flag', remark: 'problem' },
  },
});
const { fields } = ip;

/** What a datagram carries: `at` is its header's place. */
export interface Datagram {
  at: number;
  from: number;
  to: number;
}
const carried: Readonly<Record<number, (d: Decoder, datagram: Datagram) => void>> = {
  1: dissectIcmp,
  2: dissectIgmp,
  6: dissectTcp,
  17: dissectUdp,
};

/** `quoted`: in an ICMP message, of which only the beginning is there. */
export function dissectIpv4(d: Decoder, from: number, to: number, quoted = false): void {
  const head = (d.u8(from) & 15) * 4;
  if (!d.enter(ip, from, to, from + head)) return;
  if (d.u8(from) >> 4 !== 4 || head < 20 || from + head > to) return void d.malformed(from, to);
  const address = (at: number) => () => ipv4Text(d.u32(at));
  const [source, destination] = [address(from + 12), address(from + 16)];
  Object.assign(d, { source, destination });
  const length = d.u16(from + 2);
  d.line(() => `Internet Protocol version 4, ${source()} to ${destination()}`);
  addChecksum(d, fields['ip.checksum'], fields['ip.checksum_bad'], from + 10, () =>
    isRight(d.bytes, from, from + head),
  );
  for (let at = from + 20; at < from + head;) {
    const kind = d.u8(at);
    const size = kind < 2 ? 1 : Math.max(2, d.u8(at + 1));
    d.add(fields['ip.opt'], kind, at, Math.min(at + size, from + head));
    if (kind === 0) break;
    at += size;
  }
  if (length < head || (from + length > to && !quoted)) return void d.malformed(from, to);
  const end = Math.min(to, from + length);
  const protocolNumber = d.u8(from + 9);
  const offset = (d.u16(from + 6) & 0x1fff) * 8;
  const isFragment = (d.u16(from + 6) & 0x3fff) !== 0;
  d.info = () => {
    const name = PROTOCOLS[protocolNumber] ?? `protocol ${protocolNumber}`;
    return isFragment
      ? `Fragment of ${name}, bytes ${offset} to ${offset + length - head}, identification ${d.u16(from + 4)}`
      : `${name}, ${length - head} bytes`;
  };
  if (!isFragment) carried[protocolNumber]?.(d, { at: from, from: from + head, to: end });
}
