import { macText } from '../../../kernel/net/address';
import { get48 } from '../../../kernel/net/bytes';
import { dissectArp } from './arp';
import type { Decoder } from './decoder';
import { protocol } from './field';
import { dissectIpv4 } from './ipv4';
import { dissectPtp } from './ptp';

const ETHERTYPES: Readonly<Record<number, string>> = {
  0x0800: 'IPv4',
  0x0806: 'ARP',
  0x8100: '802.1Q VLAN',
  0x86dd: 'IPv6',
  0x88a8: '802.1ad VLAN',
  0x88cc: 'LLDP',
  0x88e1: 'HomePlug AV',
  0x88f7: 'PTPv2',
  0x9000: 'Loopback',
};
const carried: Readonly<Record<number, (d: Decoder, from: number, to: number) => void>> = {
  0x0800: dissectIpv4,
  0x0806: dissectArp,
  0x8100: dissectVlan,
  0x88a8: dissectVlan,
  0x88f7: dissectPtp,
};
/** Below that it is a length: 802.3. */
const FIRST_TYPE = 0x0600;
const HEAD = 14;

export const eth = protocol({
  name: 'eth',
  title: 'Ethernet II',
  label: 'Ethernet',
  fields: {
    'eth.dst': { title: 'Destination', kind: 'mac', at: 0, size: 6, also: 'eth.addr' },
    'eth.src': { title: 'Source', kind: 'mac', at: 6, size: 6, also: 'eth.addr' },
    'eth.type': { title: 'Type', at: 12, size: 2, hex: true, names: ETHERTYPES },
    'eth.padding': { title: 'Padding', kind: 'bytes' },
  },
});

const vlan = protocol({
  name: 'vlan',
  title: '802.1Q virtual LAN',
  label: 'VLAN',
  fields: {
    'vlan.priority': { title: 'Priority', at: 0, size: 2, mask: 0xe000 },
    'vlan.dei': { title: 'Drop eligible', kind: 'flag', at: 0, size: 2, mask: 0x1000 },
    'vlan.id': { title: 'ID', at: 0, size: 2, mask: 0x0fff },
    'vlan.etype': { title: 'Type', at: 2, size: 2, hex: true, names: ETHERTYPES },
  },
});

export function dissectEthernet(d: Decoder): void {
  const end = d.bytes.length;
  if (!d.enter(eth, 0, end, HEAD)) return;
  const address = (at: number) => () => macText(get48(d.bytes, at));
  const [source, destination] = [address(6), address(0)];
  Object.assign(d, { source, destination });
  d.line(() => `Ethernet II, ${source()} to ${destination()}`);
  carry(d, d.u16(12), HEAD, end);
}

function dissectVlan(d: Decoder, from: number, to: number): void {
  if (!d.enter(vlan, from, to, from + 4)) return;
  d.line(() => `802.1Q virtual LAN, ID ${d.u16(from) & 0xfff}`);
  carry(d, d.u16(from + 2), from + 4, to);
}

function carry(d: Decoder, type: number, from: number, to: number): void {
  d.info = () => {
    const name = ETHERTYPES[type] ?? `type 0x${type.toString(16).padStart(4, '0')}`;
    return type < FIRST_TYPE ? `802.3, ${type} bytes` : `${name}, ${to - from} bytes`;
  };
  carried[type]?.(d, from, to);
}
