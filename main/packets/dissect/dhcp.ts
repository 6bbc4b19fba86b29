import { ipv4Text } from '../../../kernel/net/address';
import type { Decoder } from './decoder';
import { type FieldSpec, protocol } from './field';

const TYPES: Readonly<Record<number, string>> = {
  1: 'Discover',
  2: 'Offer',
  3: 'Request',
  4: 'Decline',
  5: 'ACK',
  6: 'NAK',
  7: 'Release',
  8: 'Inform',
};
const OPTIONS: Readonly<Record<number, string>> = {
  0: 'Padding',
  1: 'Subnet mask',
  3: 'Router',
  6: 'Name server',
  12: 'Host name',
  15: 'Domain name',
  28: 'Broadcast address',
  42: 'NTP server',
  50: 'Requested address',
  51: 'Lease time',
  53: 'Message type',
  54: 'Server',
  55: 'Parameter request list',
  56: 'Message',
  57: 'Maximum message size',
  58: 'Renewal time',
  59: 'Rebinding time',
  60: 'Vendor class',
  61: 'Client identifier',
  255: 'End',
};
const COOKIE = 0x63825363;
const [FIRST_OPTION, PADDING, END] = [240, 0, 255];

export const dhcp = protocol({
  name: 'dhcp',
  title: 'Dynamic Host Configuration Protocol',
  label: 'DHCP',
  fields: {
    'dhcp.type': { title: 'Operation', names: { 1: 'request', 2: 'reply' }, at: 0, size: 1 },
    'dhcp.hw.type': { title: 'Hardware type', names: { 1: 'Ethernet' }, at: 1, size: 1 },
    'dhcp.hw.len': { title: 'Hardware address length', at: 2, size: 1 },
    'dhcp.hops': { title: 'Hops', at: 3, size: 1 },
    'dhcp.id': { title: 'Transaction', hex: true, at: 4, size: 4 },
    'dhcp.secs': { title: 'Seconds', unit: 's', at: 8, size: 2 },
    'dhcp.flags': { title: 'Flags', hex: true, at: 10, size: 2 },
    'dhcp.flags.bc': { title: 'Broadcast', kind: 'flag', in: 'dhcp.flags', at: 10, size: 2, mask: 0x8000 },
    'dhcp.ip.client': { title: 'Client address', kind: 'ipv4', at: 12, size: 4 },
    'dhcp.ip.your': { title: 'Your address', kind: 'ipv4', at: 16, size: 4 },
    'dhcp.ip.server': { title: 'Next server', kind: 'ipv4', at: 20, size: 4 },
    'dhcp.ip.relay': { title: 'Relay', kind: 'ipv4', at: 24, size: 4 },
    'dhcp.hw.mac_addr': { title: 'Client MAC', kind: 'mac', at: 28, size: 6 },
    'dhcp.server': { title: 'Server name', kind: 'text', at: 44, size: 64 },
    'dhcp.file': { title: 'Boot file', kind: 'text', at: 108, size: 128 },
    'dhcp.cookie': { title: 'Magic cookie', hex: true, at: 236, size: 4 },
    'dhcp.option.type': { title: 'Option', names: OPTIONS },
    'dhcp.option.dhcp': { title: 'Message type', names: TYPES, in: 'dhcp.option.type' },
    'dhcp.option.subnet_mask': { title: 'Subnet mask', kind: 'ipv4', in: 'dhcp.option.type' },
    'dhcp.option.router': { title: 'Router', kind: 'ipv4', in: 'dhcp.option.type' },
    'dhcp.option.domain_name_server': { title: 'Name server', kind: 'ipv4', in: 'dhcp.option.type' },
    'dhcp.option.hostname': { title: 'Host name', kind: 'text', in: 'dhcp.option.type' },
    'dhcp.option.requested_ip_address': { title: 'Requested address', kind: 'ipv4', in: 'dhcp.option.type' },
    'dhcp.option.ip_address_lease_time': { title: 'Lease time', unit: 's', in: 'dhcp.option.type' },
    'dhcp.option.dhcp_server_id': { title: 'Server', kind: 'ipv4', in: 'dhcp.option.type' },
    'dhcp.option.request_list_item': { title: 'Wanted', names: OPTIONS, in: 'dhcp.option.type' },
    'dhcp.option.value': { title: 'Value', kind: 'bytes', in: 'dhcp.option.type' },
  },
});
const { fields } = dhcp;

/** What is in an option: how many bytes each of its values has; undefined for text, which is one value. */
const contents: Readonly<Record<number, { spec: FieldSpec; size?: number }>> = {
  1: { spec: fields['dhcp.option.subnet_mask'], size: 4 },
  3: { spec: fields['dhcp.option.router'], size: 4 },
  6: { spec: fields['dhcp.option.domain_name_server'], size: 4 },
  12: { spec: fields['dhcp.option.hostname'] },
  50: { spec: fields['dhcp.option.requested_ip_address'], size: 4 },
  51: { spec: fields['dhcp.option.ip_address_lease_time'], size: 4 },
  53: { spec: fields['dhcp.option.dhcp'], size: 1 },
  54: { spec: fields['dhcp.option.dhcp_server_id'], size: 4 },
  55: { spec: fields['dhcp.option.request_list_item'], size: 1 },
};

export function dissectDhcp(d: Decoder, from: number, to: number): void {
  if (!d.enter(dhcp, from, to)) return;
  if (d.u32(from + 236) !== COOKIE) return void (d.info = () => 'BOOTP');
  let type = 0;
  let detail = '';
  for (let at = from + FIRST_OPTION; at < to && d.u8(at) !== END;) {
    const option = d.u8(at);
    if (option === PADDING) {
      at++;
      continue;
    }
    const start = at + 2;
    const end = start + d.u8(at + 1);
    if (end > to) return void d.malformed(from, to);
    d.add(fields['dhcp.option.type'], option, at, end);
    addContents(d, option, start, end);
    if (option === 53) type = d.u8(start);
    if (option === 50) detail = `, asks for ${ipv4Text(d.u32(start))}`;
    at = end;
  }
  const name = TYPES[type] ?? `type ${type}`;
  const yours = d.u32(from + 16);
  d.line(() => `Dynamic Host Configuration Protocol, ${name}`);
  d.info = () =>
    `DHCP ${name}${yours === 0 ? detail : `, your address ${ipv4Text(yours)}`}, transaction 0x${d.u32(from + 4).toString(16)}`;
}

function addContents(d: Decoder, option: number, from: number, to: number): void {
  const known = contents[option];
  if (!known) return d.add(fields['dhcp.option.value'], d.bytes.subarray(from, to), from, to);
  const { spec, size } = known;
  if (size === undefined) return d.add(spec, d.text(from, to), from, to);
  for (let at = from; at + size <= to; at += size) d.add(spec, size === 4 ? d.u32(at) : d.u8(at), at, at + size);
}
