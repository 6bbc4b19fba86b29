import { ipv4Text } from '../../../kernel/net/address';
import { addChecksum, isRight } from './checksum';
import type { Decoder } from './decoder';
import { protocol } from './field';
import type { Datagram } from './ipv4';

const TYPES: Readonly<Record<number, string>> = {
  0x11: 'Membership query',
  0x12: 'Membership report (version 1)',
  0x16: 'Membership report (version 2)',
  0x17: 'Leave group',
  0x22: 'Membership report (version 3)',
};
const RECORDS: Readonly<Record<number, string>> = {
  1: 'is include',
  2: 'is exclude',
  3: 'change to include',
  4: 'change to exclude',
  5: 'allow new sources',
  6: 'block old sources',
};
const REPORT_V3 = 0x22;

export const igmp = protocol({
  name: 'igmp',
  title: 'Internet Group Management Protocol',
  label: 'IGMP',
  fields: {
    'igmp.type': { title: 'Type', hex: true, names: TYPES, at: 0, size: 1 },
    'igmp.max_resp': { title: 'Longest time to answer', unit: 'tenths of a second', at: 1, size: 1 },
    'igmp.checksum': { title: 'Checksum', hex: true, size: 2 },
    'igmp.maddr': { title: 'Group', kind: 'ipv4' },
    'igmp.record_type': { title: 'Group record', names: RECORDS },
    'igmp.saddr': { title: 'Source', kind: 'ipv4' },
    'igmp.checksum_bad': { title: 'Checksum is incorrect', kind: 'flag', remark: 'problem' },
  },
});
const { fields } = igmp;

export function dissectIgmp(d: Decoder, { from, to }: Datagram): void {
  if (!d.enter(igmp, from, to)) return;
  if (to - from < 8) return void d.malformed(from, to);
  const type = d.u8(from);
  const name = TYPES[type] ?? `Type ${type}`;
  d.line(() => `Internet Group Management Protocol, ${name}`);
  addChecksum(d, fields['igmp.checksum'], fields['igmp.checksum_bad'], from + 2, () => isRight(d.bytes, from, to));
  if (type !== REPORT_V3) {
    const group = d.u32(from + 4);
    d.add(fields['igmp.maddr'], group, from + 4, from + 8);
    d.info = () => (group === 0 ? `${name}, general` : `${name} ${ipv4Text(group)}`);
    return;
  }
  const groups: string[] = [];
  let at = from + 8;
  for (let left = d.u16(from + 6); left > 0; left--) {
    const sources = d.u16(at + 2);
    const end = at + 8 + sources * 4 + d.u8(at + 1) * 4;
    if (end > to) return void d.malformed(from, to);
    const group = d.u32(at + 4);
    d.add(fields['igmp.record_type'], d.u8(at), at, end);
    d.add(fields['igmp.maddr'], group, at + 4, at + 8, '', 1);
    for (let i = 0; i < sources; i++) {
      const place = at + 8 + i * 4;
      d.add(fields['igmp.saddr'], d.u32(place), place, place + 4, '', 1);
    }
    groups.push(`${ipv4Text(group)} ${RECORDS[d.u8(at)] ?? ''}`.trim());
    at = end;
  }
  d.info = () => `${name}: ${groups.join(', ')}`;
}
