/**
 * Messages for other ports, told by their bytes. All that is multicast reaches everybody; so the requests of many slaves, and
 * the answers to them, are most of what comes to each of them.
 */
import { get16, get32 } from '../../../kernel/net/bytes';
import { NSEC_PER_SEC } from '../../../kernel/clock/timespec';
import { isIdentity, isPortIdentity } from './bytes';
import { messageLengths } from './layout';
import { Flag, MessageType } from './messages';
import { PortState, type PtpClock } from './types';

/** messageType (IEEE 1588-2008, table 19). */
export const typeOf = (bytes: Uint8Array): MessageType => (bytes[0]! & 0xf) as MessageType;

/**
 * Whether a message is a Delay_Req that this port does not answer, since it is no master (clause 9.5.10), or a Delay_Resp to
 * another port (11.3.2): it is counted, and that is all. What is in any way unusual is not: that has to be looked at.
 */
export function isForOthers(clock: PtpClock, port: number, bytes: Uint8Array): boolean {
  const type = typeOf(bytes);
  if (type !== MessageType.DelayReq && type !== MessageType.DelayResp) return false;
  const { defaultDS, ports, config } = clock;
  const { portState, portIdentity } = ports[port]!.ds;
  if (!isUsual(bytes, messageLengths[type]!, defaultDS.domainNumber)) return false;
  // A master that hears itself counts that, too; and unicast contracts are looked after with each message.
  if (portState < PortState.Listening || config.unicastMasters.length > 0) return false;
  if (isIdentity(bytes, 20, defaultDS.clockIdentity)) return false;
  if (type === MessageType.DelayReq) return portState !== PortState.Master;
  return !isPortIdentity(bytes, 44, portIdentity);
}

/** A multicast message of the domain without TLVs, whose correction and time can be. */
const isUsual = (bytes: Uint8Array, length: number, domain: number): boolean =>
  bytes.length >= length &&
  get16(bytes, 2) === length &&
  bytes[0]! >> 4 === 0 &&
  (bytes[1]! & 0xf) === 2 &&
  bytes[4] === domain &&
  (get16(bytes, 6) & (Flag.AlternateMaster | Flag.Unicast)) === 0 &&
  get32(bytes, 8) < 0x7fff_ffff &&
  get32(bytes, 40) < NSEC_PER_SEC;
