/** For tests: the PTP messages of the captures in ../shared/ptp (see its README for what sent them). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ETHER_HEADER, EtherType, etherType } from '../../../kernel/net/ethernet';
import { root } from '../firmware';
import { framesOfPcap } from '../net/mutations';

export const CAPTURES = join(root, '../shared/ptp/captures');

/** Names of the files; none where this computer does not have them. */
export const captures: readonly string[] = existsSync(CAPTURES) ? readdirSync(CAPTURES).sort() : [];

/** IPv4's header without options, and UDP's. */
const UDP_HEADERS = 20 + 8;

/** The PTP messages of a capture, in order: all of its frames are such, over UDP/IPv4 or Ethernet. */
export const messagesOf = (capture: string): Uint8Array[] =>
  framesOfPcap(readFileSync(join(CAPTURES, capture))).map((frame) =>
    frame.subarray(ETHER_HEADER + (etherType(frame) === EtherType.Ipv4 ? UDP_HEADERS : 0)),
  );
