/** From a packet's bytes to its fields. The protocols are data and functions over a {@link Decoder}, each in its file. */
import type { Conversations } from '../conversations';
import type { Packet, PacketSource } from '../source';
import type { PacketField, PacketRow } from '../../contract/network';
import { Decoder, type Field } from './decoder';
import { dissectEthernet } from './ethernet';
import { filterText, valueText } from './field';
import { dissectFrame } from './frame';

export { allFields } from './field';
export { Decoder, type Field } from './decoder';

/** Everything that is to be found in a packet, or of it the fields that are wanted, by their ids. */
export function dissect(
  packet: Packet,
  source: PacketSource,
  conversations: Conversations,
  wanted: Uint8Array | null = null,
): Decoder {
  const decoder = new Decoder(packet, conversations.note(packet.number), wanted);
  dissectFrame(decoder, source.interfaces[packet.interface] ?? '');
  dissectEthernet(decoder);
  return decoder;
}

/** What the list of packets shows. */
export function rowOf({ packet, source, destination, label, info, mark }: Decoder, port: string): PacketRow {
  const { number, timeNs, direction, length } = packet;
  const ends = { source: source(), destination: destination() };
  return { number, timeNs, interface: port, direction, ...ends, protocol: label, length, info: info(), mark };
}

/** What the decode tree shows. */
export function treeOf({ fields }: Decoder): PacketField[] {
  const roots: PacketField[] = [];
  /** The last of each depth. */
  const path: PacketField[] = [];
  for (const field of fields) {
    const node = nodeOf(field);
    path.length = Math.min(path.length, field.depth);
    const parent = path.at(-1);
    (parent ? parent.children : roots).push(node);
    path.push(node);
  }
  return roots;
}

function nodeOf({ spec, value, from, to, text, note }: Field): PacketField {
  const isProtocol = spec.kind === 'protocol';
  const shown = text?.() ?? (isProtocol ? spec.title : `${spec.title}: ${valueText(spec, value)}${note}`);
  const known = isProtocol || spec.remark ? '' : filterText(spec, value);
  return {
    name: spec.name,
    text: shown,
    filter: isProtocol || spec.remark ? spec.name : known && `${spec.name} == ${known}`,
    ...{ from, to, problem: spec.remark === 'problem' || spec.name === 'malformed', children: [] },
  };
}
