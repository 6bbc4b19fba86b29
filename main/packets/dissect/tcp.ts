import type { TcpRemark, TransportNote } from '../conversations';
import { addChecksum, checkTransport } from './checksum';
import type { Decoder } from './decoder';
import { dissectDns } from './dns';
import { type FieldData, type FieldSpec, protocol } from './field';
import { dissectHttp, isHttp } from './http';
import type { Datagram } from './ipv4';

/** What the analysis says of a segment. */
const remarks: Record<TcpRemark, Pick<FieldData, 'title' | 'remark'>> = {
  retransmission: { title: 'Retransmission', remark: 'problem' },
  fast_retransmission: { title: 'Fast retransmission', remark: 'problem' },
  spurious_retransmission: { title: 'Spurious retransmission', remark: 'problem' },
  out_of_order: { title: 'Out of order', remark: 'problem' },
  lost_segment: { title: 'Previous segment not captured', remark: 'problem' },
  ack_lost_segment: { title: 'Acknowledges a segment that was not captured', remark: 'problem' },
  duplicate_ack: { title: 'Duplicate acknowledgment', remark: 'problem' },
  zero_window: { title: 'Zero window', remark: 'problem' },
  zero_window_probe: { title: 'Zero window probe', remark: 'note' },
  window_update: { title: 'Window update', remark: 'note' },
  window_full: { title: 'Window full', remark: 'note' },
  keep_alive: { title: 'Keep-alive', remark: 'note' },
  keep_alive_ack: { title: 'Keep-alive acknowledgment', remark: 'note' },
};
const FLAGS = {
  'tcp.flags.cwr': { title: 'Congestion window reduced', mask: 0x080 },
  'tcp.flags.ece': { title: 'ECN echo', mask: 0x040 },
  'tcp.flags.urg': { title: 'Urgent', mask: 0x020 },
  'tcp.flags.ack': { title: 'Acknowledgment', mask: 0x010 },
  'tcp.flags.push': { title: 'Push', mask: 0x008 },
  'tcp.flags.reset': { title: 'Reset', mask: 0x004 },
  'tcp.flags.syn': { title: 'Syn', mask: 0x002 },
  'tcp.flags.fin': { title: 'Fin', mask: 0x001 },
} as const;
const FLAG_WORDS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
const Flag = { Fin: 1, Syn: 2, Rst: 4, Ack: 16, Urg: 32 } as const;
const OPTIONS: Readonly<Record<number, string>> = {
  0: 'End of options',
  1: 'No operation',
  2: 'Maximum segment size',
  3: 'Window scale',
  4: 'Selective acknowledgment permitted',
  5: 'Selective acknowledgment',
  8: 'Timestamps',
};

type FlagName = keyof typeof FLAGS;
const flagFields = Object.fromEntries(
  Object.entries(FLAGS).map(([name, { title, mask }]) => [
    name,
    { title, mask, kind: 'flag', in: 'tcp.flags', at: 12, size: 2 },
  ]),
) as Record<FlagName, FieldData>;
const remarkFields = Object.fromEntries(
  Object.entries(remarks).map(([name, remark]) => [`tcp.analysis.${name}`, { ...remark, kind: 'flag' }]),
) as Record<`tcp.analysis.${TcpRemark}`, FieldData>;

export const tcp = protocol({
  name: 'tcp',
  title: 'Transmission Control Protocol',
  label: 'TCP',
  fields: {
    'tcp.srcport': { title: 'Source port', also: 'tcp.port', at: 0, size: 2 },
    'tcp.dstport': { title: 'Destination port', also: 'tcp.port', at: 2, size: 2 },
    'tcp.seq_raw': { title: 'Sequence number', at: 4, size: 4 },
    'tcp.ack_raw': { title: 'Acknowledgment number', at: 8, size: 4 },
    'tcp.hdr_len': { title: 'Header length', unit: 'words of 4 bytes', at: 12, size: 1, mask: 0xf0 },
    'tcp.flags': { title: 'Flags', hex: true, at: 12, size: 2, mask: 0x0fff },
    ...flagFields,
    'tcp.window_size_value': { title: 'Window', at: 14, size: 2 },
    'tcp.checksum': { title: 'Checksum', hex: true, size: 2 },
    'tcp.urgent_pointer': { title: 'Urgent pointer', at: 18, size: 2 },
    'tcp.stream': { title: 'Stream' },
    'tcp.seq': { title: 'Relative sequence number' },
    'tcp.ack': { title: 'Relative acknowledgment number' },
    'tcp.window_size': { title: 'Window', unit: 'bytes' },
    'tcp.len': { title: 'Payload length', unit: 'bytes' },
    'tcp.option_kind': { title: 'Option', names: OPTIONS },
    'tcp.options.mss_val': { title: 'Maximum segment size', in: 'tcp.option_kind', unit: 'bytes' },
    'tcp.options.wscale.shift': { title: 'Shift', in: 'tcp.option_kind' },
    'tcp.options.timestamp.tsval': { title: 'Timestamp', in: 'tcp.option_kind' },
    'tcp.options.timestamp.tsecr': { title: 'Echo', in: 'tcp.option_kind' },
    'tcp.options.sack_le': { title: 'Left edge', in: 'tcp.option_kind' },
    'tcp.options.sack_re': { title: 'Right edge', in: 'tcp.option_kind' },
    'tcp.payload': { title: 'Payload', kind: 'bytes' },
    'tcp.checksum_bad': { title: 'Checksum is incorrect', kind: 'flag', remark: 'problem' },
    'tcp.analysis.flags': { title: 'The analysis has a remark', kind: 'flag' },
    ...remarkFields,
  },
});
const { fields } = tcp;
const TCP = 6;

export function dissectTcp(d: Decoder, { at, from, to }: Datagram): void {
  const head = (d.u8(from + 12) >> 4) * 4;
  if (!d.enter(tcp, from, to, from + Math.max(20, head))) return describeQuoted(d, from, to);
  const flags = d.u8(from + 13);
  if (head < 20 || from + head > to) return void d.malformed(from, to);
  const { transport } = d;
  addChecksum(d, fields['tcp.checksum'], fields['tcp.checksum_bad'], from + 16, () =>
    checkTransport(d.bytes, at, TCP, [from, to], from + 16),
  );
  const text = () => describe(d, from, flags, to - from - head);
  d.line(() => `Transmission Control Protocol, ${text()}`);
  d.info = text;
  if ((flags & (Flag.Syn | Flag.Fin | Flag.Rst)) !== 0) d.mark = 'end';
  dissectOptions(d, from + 20, from + head);
  if (transport) addAnalysis(d, transport, from, flags);
  if (from + head === to) return;
  d.add(fields['tcp.payload'], d.bytes.subarray(from + head, to), from + head, to);
  const ports = [d.u16(from), d.u16(from + 2)];
  if (isHttp(d.bytes, from + head, to)) dissectHttp(d, from + head, to);
  else if (ports.includes(53) && to - from - head > 2) dissectDns(d, from + head + 2, to);
}

/** An ICMP error quotes eight bytes of it. */
function describeQuoted(d: Decoder, from: number, to: number): void {
  if (to - from >= 4) d.info = () => `TCP ${d.u16(from)} \u2192 ${d.u16(from + 2)}`;
}

function describe(d: Decoder, from: number, flags: number, length: number): string {
  const words = FLAG_WORDS.filter((_, bit) => flags & (1 << bit)).join(', ');
  const sequence = d.transport?.sequence ?? d.u32(from + 4);
  const acknowledgment = d.transport?.acknowledgment ?? d.u32(from + 8);
  const window = d.transport?.window ?? d.u16(from + 14);
  const ack = flags & Flag.Ack ? ` Ack=${acknowledgment}` : '';
  return `${d.u16(from)} \u2192 ${d.u16(from + 2)} [${words}] Seq=${sequence}${ack} Win=${window} Len=${length}`;
}

function addAnalysis(d: Decoder, transport: TransportNote, from: number, flags: number): void {
  d.add(fields['tcp.stream'], transport.stream, from, from);
  d.add(fields['tcp.seq'], transport.sequence, from + 4, from + 8);
  if (flags & Flag.Ack) d.add(fields['tcp.ack'], transport.acknowledgment, from + 8, from + 12);
  d.add(fields['tcp.window_size'], transport.window, from + 14, from + 16);
  d.add(fields['tcp.len'], transport.payloadLength, from, from);
  if (transport.remarks.length === 0) return;
  d.add(fields['tcp.analysis.flags'], 1, from, from);
  const words = transport.remarks.map((name) => {
    const spec: FieldSpec = fields[`tcp.analysis.${name}`];
    const word = name === 'duplicate_ack' ? `${spec.title} ${transport.duplicate}` : spec.title;
    d.remark(spec, from, word);
    return word;
  });
  const { info } = d;
  d.info = () => `[${words.join(', ')}] ${info()}`;
}

function dissectOptions(d: Decoder, from: number, to: number): void {
  for (let at = from; at < to;) {
    const kind = d.u8(at);
    const size = kind < 2 ? 1 : d.u8(at + 1);
    if (size < (kind < 2 ? 1 : 2) || at + size > to) return void d.malformed(at, to);
    d.add(fields['tcp.option_kind'], kind, at, at + size);
    if (kind === 2 && size === 4) d.add(fields['tcp.options.mss_val'], d.u16(at + 2), at + 2, at + 4);
    if (kind === 3 && size === 3) d.add(fields['tcp.options.wscale.shift'], d.u8(at + 2), at + 2, at + 3);
    if (kind === 8 && size === 10) {
      d.add(fields['tcp.options.timestamp.tsval'], d.u32(at + 2), at + 2, at + 6);
      d.add(fields['tcp.options.timestamp.tsecr'], d.u32(at + 6), at + 6, at + 10);
    }
    for (let edge = at + 2; kind === 5 && edge + 8 <= at + size; edge += 8) {
      d.add(fields['tcp.options.sack_le'], d.u32(edge), edge, edge + 4);
      d.add(fields['tcp.options.sack_re'], d.u32(edge + 4), edge + 4, edge + 8);
    }
    if (kind === 0) return;
    at += size;
  }
}
