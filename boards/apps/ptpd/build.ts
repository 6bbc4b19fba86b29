/** Messages that a port sends (IEEE 1588-2008, clause 13): the header is the same but for a few fields. */
import { MessageType, type Body, type Header, type Message } from './messages';
import { NO_INTERVAL } from './time';
import type { Clock, Port } from './own';

/** Values of controlField, for receivers of version 1 (table 23). */
const controls: Partial<Record<MessageType, number>> = {
  [MessageType.Sync]: 0,
  [MessageType.DelayReq]: 1,
  [MessageType.FollowUp]: 2,
  [MessageType.DelayResp]: 3,
  [MessageType.Management]: 4,
};
const OTHER_CONTROL = 5;
export const controlOf = (type: MessageType): number => controls[type] ?? OTHER_CONTROL;

/** The names by which messages are counted. */
export const messageNames: Record<MessageType, string> = {
  [MessageType.Sync]: 'Sync',
  [MessageType.DelayReq]: 'Delay_Req',
  [MessageType.PdelayReq]: 'Pdelay_Req',
  [MessageType.PdelayResp]: 'Pdelay_Resp',
  [MessageType.FollowUp]: 'Follow_Up',
  [MessageType.DelayResp]: 'Delay_Resp',
  [MessageType.PdelayRespFollowUp]: 'Pdelay_Resp_Follow_Up',
  [MessageType.Announce]: 'Announce',
  [MessageType.Signaling]: 'Signaling',
  [MessageType.Management]: 'Management',
};

/**
 * A message from a port, with zeros in what `body` and `header` do not say.
 *
 * @param sequence 16 bits
 */
export function message(
  clock: Clock,
  port: Port,
  sequence: number,
  body: Body,
  header: Partial<Pick<Header, 'flags' | 'correction' | 'logInterval'>> = {},
  tlvs: Message['tlvs'] = [],
): Message {
  const built: Header = {
    majorSdoId: 0,
    version: 2,
    minorVersion: 0,
    domain: clock.defaultDS.domainNumber,
    minorSdoId: 0,
    flags: header.flags ?? 0,
    correction: header.correction ?? 0n,
    typeSpecific: 0,
    source: port.ds.portIdentity,
    sequence,
    control: controlOf(body.type),
    logInterval: header.logInterval ?? NO_INTERVAL,
  };
  return Object.assign(built, body, { tlvs });
}
