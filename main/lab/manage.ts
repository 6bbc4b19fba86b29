/**
 * Management messages that set something on a clock (IEEE 1588-2008, clause 15), as `pmc` sends them: as frames that come to
 * a board's port.
 */
import { encode } from '../../boards/apps/ptpd/encode';
import { Action } from '../../boards/apps/ptpd/management';
import { MessageType } from '../../boards/apps/ptpd/messages';
import { managementTlv } from '../../boards/apps/ptpd/tlv';
import { SHORTEST } from '../../boards/net/link';
import { groupMac } from '../../kernel/net/address';
import { put16, put48 } from '../../kernel/net/bytes';
import { ETHER_HEADER, EtherType } from '../../kernel/net/ethernet';
import { IPV4_HEADER, Protocol, writeIpv4Header } from '../../kernel/net/ipv4/header';
import { udpDatagram } from '../../kernel/net/udp/header';

/** managementIds (table 40) and data of what can be set. */
export interface Settable {
  priority1?: number | undefined;
  priority2?: number | undefined;
  utc?: { offset: number; leap61: boolean; leap59: boolean; valid: boolean } | undefined;
}

const Id = { Priority1: 0x2005, Priority2: 0x2006, UtcProperties: 0x2011 } as const;

/** Who says so: nobody of the bench. */
const MANAGER = { clock: '020000fffeffff00', port: 1 };
const MANAGER_MAC = 0x0200_00ff_ff01;
const MANAGER_ADDRESS = 0x0aff_fffe;
const ANYBODY = { clock: 'ffffffffffffffff', port: 0xffff };
/** Annexes D and F: the general messages' group and port, and their address on Ethernet. */
const GROUP = 0xe000_0181;
const PORT = 320;
const ETHERNET_GROUP = 0x011b_1900_0000;
const ETHERTYPE_PTP = 0x88f7;
/** controlField and logMessageInterval of management messages (tables 23 and 24). */
const [CONTROL, NO_INTERVAL] = [4, 0x7f];

/** The frames, of either transport: who listens to one does not hear the other. */
export function settingFrames(domain: number, { priority1, priority2, utc }: Settable): Uint8Array[] {
  const settings: [id: number, data: number[]][] = [];
  if (priority1 !== undefined) settings.push([Id.Priority1, [priority1, 0]]);
  if (priority2 !== undefined) settings.push([Id.Priority2, [priority2, 0]]);
  if (utc) {
    const flags = (utc.leap61 ? 1 : 0) | (utc.leap59 ? 2 : 0) | (utc.valid ? 4 : 0);
    settings.push([Id.UtcProperties, [(utc.offset >> 8) & 0xff, utc.offset & 0xff, flags, 0]]);
  }
  return settings.flatMap(([id, data], sequence) => {
    const message = encode({
      type: MessageType.Management,
      ...{
        majorSdoId: 0,
        version: 2,
        minorVersion: 0,
        domain,
        minorSdoId: 0,
        flags: 0,
        correction: 0n,
        typeSpecific: 0,
      },
      ...{ source: MANAGER, sequence, control: CONTROL, logInterval: NO_INTERVAL },
      ...{ target: ANYBODY, startingBoundaryHops: 0, boundaryHops: 0, action: Action.Set },
      tlvs: [managementTlv({ id, data: Uint8Array.from(data) })],
    });
    return [frame(groupMac(GROUP), EtherType.Ipv4, ipv4(message)), frame(ETHERNET_GROUP, ETHERTYPE_PTP, message)];
  });
}

function ipv4(message: Uint8Array): Uint8Array {
  const ends = { source: MANAGER_ADDRESS, sourcePort: PORT, destination: GROUP, destinationPort: PORT };
  const datagram = udpDatagram(ends, message);
  const packet = new Uint8Array(IPV4_HEADER + datagram.length);
  packet.set(datagram, IPV4_HEADER);
  writeIpv4Header(packet, { tos: 0, ttl: 1, protocol: Protocol.Udp, source: MANAGER_ADDRESS, destination: GROUP }, 0);
  return packet;
}

function frame(to: number, type: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.max(SHORTEST, ETHER_HEADER + payload.length));
  put48(bytes, 0, to);
  put48(bytes, 6, MANAGER_MAC);
  put16(bytes, 12, type);
  bytes.set(payload, ETHER_HEADER);
  return bytes;
}
