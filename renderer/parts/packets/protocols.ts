/** Protocols that share a colour in the list of packets; their name stands beside it. */
const classes: Readonly<Record<string, string>> = {
  TCP: 'tcp',
  HTTP: 'tcp',
  UDP: 'udp',
  ARP: 'control',
  ICMP: 'control',
  IGMP: 'control',
  DHCP: 'names',
  DNS: 'names',
  PTPv2: 'time',
};

export const protocolClass = (label: string): string => classes[label] ?? '';
