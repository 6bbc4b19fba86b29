import { addChecksum, checkTransport } from './checksum';
import type { Decoder } from './decoder';
import { dissectDhcp } from './dhcp';
import { dissectDns } from './dns';
import { protocol } from './field';
import type { Datagram } from './ipv4';
import { dissectPtp } from './ptp';

export const udp = protocol({
  name: 'udp',
  title: 'User Datagram Protocol',
  label: 'UDP',
  fields: {
    'udp.srcport': { title: 'Source port', also: 'udp.port', at: 0, size: 2 },
    'udp.dstport': { title: 'Destination port', also: 'udp.port', at: 2, size: 2 },
    'udp.length': { title: 'Length', unit: 'bytes', at: 4, size: 2 },
    'udp.checksum': { title: 'Checksum', hex: true, size: 2 },
    'udp.stream': { title: 'Stream' },
    'udp.payload': { title: 'Payload', kind: 'bytes' },
    'udp.checksum_bad': { title: 'Checksum is incorrect', kind: 'flag', remark: 'problem' },
  },
});
const { fields } = udp;
const HEAD = 8;
const UDP = 17;

/** By port, of either end. */
const carried: Readonly<Record<number, (d: Decoder, from: number, to: number) => void>> = {
  53: dissectDns,
  67: dissectDhcp,
  68: dissectDhcp,
  319: dissectPtp,
  320: dissectPtp,
  5353: dissectDns,
};

export function dissectUdp(d: Decoder, { at, from, to }: Datagram): void {
  if (!d.enter(udp, from, to, from + HEAD)) return;
  const [source, destination, length] = [d.u16(from), d.u16(from + 2), d.u16(from + 4)];
  d.line(() => `User Datagram Protocol, ${source} to ${destination}`);
  d.info = () => `${source} \u2192 ${destination}, ${length - HEAD} bytes`;
  // What an ICMP error quotes ends before its data do.
  const isWhole = from + length <= to;
  if (length < HEAD) return void d.malformed(from, to);
  const end = isWhole ? from + length : to;
  addChecksum(d, fields['udp.checksum'], fields['udp.checksum_bad'], from + 6, () => {
    if (d.u16(from + 6) === 0) return 'none';
    return isWhole ? checkTransport(d.bytes, at, UDP, [from, end], from + 6) : 'not checked';
  });
  if (d.transport) d.add(fields['udp.stream'], d.transport.stream, from, from);
  if (end === from + HEAD) return;
  const dissect = carried[destination] ?? carried[source];
  if (dissect) dissect(d, from + HEAD, end);
  else d.add(fields['udp.payload'], d.bytes.subarray(from + HEAD, end), from + HEAD, end);
}
