import { ipv4Text, macText } from '../../../kernel/net/address';
import { get48 } from '../../../kernel/net/bytes';
import type { Decoder } from './decoder';
import { protocol } from './field';

export const arp = protocol({
  name: 'arp',
  title: 'Address Resolution Protocol',
  label: 'ARP',
  fields: {
    'arp.hw.type': { title: 'Hardware type', at: 0, size: 2, names: { 1: 'Ethernet' } },
    'arp.proto.type': { title: 'Protocol type', at: 2, size: 2, hex: true, names: { 0x0800: 'IPv4' } },
    'arp.hw.size': { title: 'Hardware size', at: 4, size: 1 },
    'arp.proto.size': { title: 'Protocol size', at: 5, size: 1 },
    'arp.opcode': { title: 'Operation', at: 6, size: 2, names: { 1: 'request', 2: 'reply' } },
    'arp.src.hw_mac': { title: 'Sender MAC', kind: 'mac', at: 8, size: 6 },
    'arp.src.proto_ipv4': { title: 'Sender address', kind: 'ipv4', at: 14, size: 4 },
    'arp.dst.hw_mac': { title: 'Target MAC', kind: 'mac', at: 18, size: 6 },
    'arp.dst.proto_ipv4': { title: 'Target address', kind: 'ipv4', at: 24, size: 4 },
  },
});

const SIZE = 28;

export function dissectArp(d: Decoder, from: number, to: number): void {
  if (!d.enter(arp, from, to, from + SIZE)) return;
  const isRequest = d.u16(from + 6) === 1;
  d.line(() => `Address Resolution Protocol, ${isRequest ? 'request' : 'reply'}`);
  d.info = () => {
    const [sender, target] = [ipv4Text(d.u32(from + 14)), ipv4Text(d.u32(from + 24))];
    if (sender === target) return `${sender} is at ${macText(get48(d.bytes, from + 8))} (announcement)`;
    return isRequest ? `Who has ${target}? Tell ${sender}` : `${sender} is at ${macText(get48(d.bytes, from + 8))}`;
  };
}
