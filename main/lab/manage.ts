/**
 * Management messages that set something on a clock (IEEE 1588-2008, clause 15), as `pmc` sends them: as frames that come to
 * a board's port.
 */
import { controlOf } from '../../boards/apps/ptpd/build';
import { Action } from '../../boards/apps/ptpd/management';
import { MessageType, type Message } from '../../boards/apps/ptpd/messages';
import { NO_INTERVAL } from '../../boards/apps/ptpd/time';
import { managementTlv } from '../../boards/apps/ptpd/tlv';
import { ptpFrame, type Sender } from '../../boards/net/ptpframe';

/** managementIds (table 40) and data of what can be set. */
export interface Settable {
  priority1?: number | undefined;
  priority2?: number | undefined;
  utc?: { offset: number; leap61: boolean; leap59: boolean; valid: boolean } | undefined;
}

const Id = { Priority1: 0x2005, Priority2: 0x2006, UtcProperties: 0x2011 } as const;

/** Who says so: nobody of the bench. */
const MANAGER = { clock: '020000fffeffff00', port: 1 };
const SENDER: Sender = { mac: 0x0200_00ff_ff01, address: 0x0aff_fffe };
const ANYBODY = { clock: 'ffffffffffffffff', port: 0xffff };

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
    const message: Message = {
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
      ...{ source: MANAGER, sequence, control: controlOf(MessageType.Management), logInterval: NO_INTERVAL },
      ...{ target: ANYBODY, startingBoundaryHops: 0, boundaryHops: 0, action: Action.Set },
      tlvs: [managementTlv({ id, data: Uint8Array.from(data) })],
    };
    return [ptpFrame('udp', message, SENDER), ptpFrame('802.3', message, SENDER)];
  });
}
