/** Where PTP's messages go (IEEE 1588-2008): over UDP and IPv4 (annex D), and over Ethernet (annex F). */

export const EVENT_PORT = 319;
export const GENERAL_PORT = 320;
export const ETHERTYPE_PTP = 0x88f7;

/** To all, 224.0.1.129 and 01:1b:19:00:00:00; and to the neighbor, 224.0.0.107 and 01:80:c2:00:00:0e. */
export const GROUPS = [0xe000_0181, 0xe000_006b] as const;
export const MACS = [0x011b_1900_0000, 0x0180_c200_000e] as const;
