/** PTP messages in frames: over UDP and IPv4 (IEEE 1588-2008, annex D), and over Ethernet (annex F). */

const ETHERNET_HEAD = 14;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_PTP = 0x88f7;
const UDP = 17;
const UDP_HEAD = 8;
const EVENT_PORT = 319;
const GENERAL_PORT = 320;
const SHORTEST = 44;

/** Offsets in a message (clause 13.3). */
export const CORRECTION = 8;
export const SOURCE = 20;
export const SEQUENCE = 30;
export const REQUESTING = 44;

/** Where a frame's PTP message begins; -1: there is none. */
export function messageAt(frame: Uint8Array): number {
  const word = (at: number) => (frame[at]! << 8) | frame[at + 1]!;
  if (frame.length < ETHERNET_HEAD + SHORTEST) return -1;
  let at = ETHERNET_HEAD;
  if (word(at - 2) === ETHERTYPE_IPV4) {
    if (frame[at + 9] !== UDP) return -1;
    at += (frame[at]! & 0xf) * 4;
    const port = word(at + 2);
    if (port !== EVENT_PORT && port !== GENERAL_PORT) return -1;
    at += UDP_HEAD;
  } else if (word(at - 2) !== ETHERTYPE_PTP) return -1;
  return frame.length >= at + SHORTEST ? at : -1;
}
