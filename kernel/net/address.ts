/** Addresses: of IPv4 as unsigned numbers of 32 bits, of Ethernet as numbers of 48. */

export const INADDR_ANY = 0;
export const INADDR_BROADCAST = 0xffff_ffff;
export const INADDR_LOOPBACK = 0x7f00_0001;
export const MAC_BROADCAST = 0xffff_ffff_ffff;

/** 224.0.0.0/4 */
export const isMulticast = (address: number): boolean => address >>> 28 === 0xe;

/** 127.0.0.0/8 */
export const isLoopback = (address: number): boolean => address >>> 24 === 127;

/** The address that frames for a multicast group go to (RFC 1112, section 6.4). */
export const groupMac = (group: number): number => 0x0100_5e00_0000 + (group & 0x7f_ffff);

/** Groups and the broadcast address: the first byte's lowest bit. */
export const isGroupMac = (mac: number): boolean => Math.floor(mac / 2 ** 40) % 2 === 1;

/** `10.0.0.2` */
export const ipv4Text = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

/** An address of four decimal numbers; null for anything else. */
export function parseIpv4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** `02:00:00:00:00:01` */
export const macText = (mac: number): string =>
  mac
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?!$)/g, '$&:');

/** An address of six pairs of hexadecimal digits; null for anything else. */
export function parseMac(text: string): number | null {
  return /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text) ? parseInt(text.replace(/[:-]/g, ''), 16) : null;
}
