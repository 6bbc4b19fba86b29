import { addChecksum, isRight } from './checksum';
import type { Decoder } from './decoder';
import { protocol } from './field';
import { type Datagram, dissectIpv4 } from './ipv4';

const TYPES: Readonly<Record<number, string>> = {
  0: 'Echo reply',
  3: 'Destination unreachable',
  4: 'Source quench',
  5: 'Redirect',
  8: 'Echo request',
  9: 'Router advertisement',
  10: 'Router solicitation',
  11: 'Time exceeded',
  12: 'Parameter problem',
  13: 'Timestamp request',
  14: 'Timestamp reply',
};
const CODES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  3: {
    0: 'network unreachable',
    1: 'host unreachable',
    2: 'protocol unreachable',
    3: 'port unreachable',
    4: 'fragmentation needed',
    5: 'source route failed',
    9: 'network prohibited',
    10: 'host prohibited',
    13: 'communication prohibited',
  },
  5: { 0: 'for the network', 1: 'for the host' },
  11: { 0: 'time to live exceeded in transit', 1: 'fragment reassembly time exceeded' },
};
const Type = { EchoReply: 0, Unreachable: 3, Redirect: 5, EchoRequest: 8, TimeExceeded: 11, Parameter: 12 } as const;
const FRAGMENTATION_NEEDED = 4;

export const icmp = protocol({
  name: 'icmp',
  title: 'Internet Control Message Protocol',
  label: 'ICMP',
  fields: {
    'icmp.type': { title: 'Type', names: TYPES, at: 0, size: 1 },
    'icmp.code': { title: 'Code', at: 1, size: 1 },
    'icmp.checksum': { title: 'Checksum', hex: true, size: 2 },
    'icmp.ident': { title: 'Identifier' },
    'icmp.seq': { title: 'Sequence number' },
    'icmp.mtu': { title: 'MTU of the next hop' },
    'icmp.redir_gw': { title: 'Router', kind: 'ipv4' },
    'icmp.data': { title: 'Data', kind: 'bytes' },
    'icmp.checksum_bad': { title: 'Checksum is incorrect', kind: 'flag', remark: 'problem' },
  },
});
const { fields } = icmp;

export function dissectIcmp(d: Decoder, { from, to }: Datagram): void {
  if (!d.enter(icmp, from, to, from + 8)) return;
  const [type, code] = [d.u8(from), d.u8(from + 1)];
  const word = CODES[type]?.[code];
  const name = (TYPES[type] ?? `Type ${type}`) + (word === undefined ? '' : ` (${word})`);
  d.line(() => `Internet Control Message Protocol, ${name}`);
  d.info = () => name;
  if (to - from < 8) return void d.malformed(from, to);
  addChecksum(d, fields['icmp.checksum'], fields['icmp.checksum_bad'], from + 2, () => isRight(d.bytes, from, to));
  switch (type) {
    case Type.EchoReply:
    case Type.EchoRequest: {
      const [ident, sequence] = [d.u16(from + 4), d.u16(from + 6)];
      d.add(fields['icmp.ident'], ident, from + 4, from + 6);
      d.add(fields['icmp.seq'], sequence, from + 6, from + 8);
      if (to > from + 8) d.add(fields['icmp.data'], d.bytes.subarray(from + 8, to), from + 8, to);
      d.info = () => `${name} id=${ident}, seq=${sequence}, ${to - from - 8} bytes`;
      break;
    }
    case Type.Redirect:
      d.add(fields['icmp.redir_gw'], d.u32(from + 4), from + 4, from + 8);
      quote(d, name, from + 8, to);
      break;
    case Type.Unreachable:
      if (code === FRAGMENTATION_NEEDED) d.add(fields['icmp.mtu'], d.u16(from + 6), from + 6, from + 8);
      quote(d, name, from + 8, to);
      break;
    case Type.TimeExceeded:
    case Type.Parameter:
      quote(d, name, from + 8, to);
      break;
  }
}

/** The datagram that an error is about; the list of packets speaks of the error. */
function quote(d: Decoder, name: string, from: number, to: number): void {
  const { source, destination, mark } = d;
  dissectIpv4(d, from, to, true);
  const { info } = d;
  Object.assign(d, { source, destination, mark, label: icmp.label, info: () => `${name}: ${info()}` });
}
