/**
 * Unicast negotiation as a slave (IEEE 1588-2008, clause 16.1): each master that is configured is asked for Announces, the one
 * that is followed for Syncs and delay responses, too; again before what is granted ends.
 */
import { message } from './build';
import { isUp } from './decision';
import { nextSequence, send } from './effects';
import { MessageType, Flag, type Message, type PortIdentity, type Tlv } from './messages';
import { sameIdentity, type Port, type Turn, type UnicastMaster } from './own';
import { parentOf } from './portstate';
import { believableLog } from './time';
import { unicastOf, unicastTlv, type Unicast } from './tlv';
import { DelayMechanism } from './types';

/** Seconds that are asked for; it is asked again when so much of it has gone. */
const DURATION_S = 60;
const RENEWED_AFTER = 0.75;
/** Nanoseconds after which it is asked again where nobody answers, and where it was refused. */
const RETRY_NS = 1e9;
const REFUSED_NS = 10e9;
/** Requests of one message that are answered: there are not so many types of messages that one can ask for. */
const MOST_ANSWERS = 16;
const EVERYONE: PortIdentity = { clock: 'ffffffffffffffff', port: 0xffff };

export const unicastMasters = (addresses: readonly number[]): UnicastMaster[] =>
  addresses.map((address) => ({ address, identity: null, grants: [] }));

/** Asks for what a port wants and does not have, or soon will not; and takes back what it wants no more. */
export function negotiate(turn: Turn, port: Port): void {
  const up = isUp(port);
  port.timers.unicast = -1;
  for (const master of port.unicast) {
    const wanted = up ? wantedOf(turn, port, master) : [];
    const gone = master.grants.filter(({ of }) => !wanted.includes(of));
    master.grants = master.grants.filter(({ of }) => wanted.includes(of));
    const tlvs = up ? gone.map(({ of }) => unicastTlv({ do: 'cancel', of })) : [];
    for (const of of wanted) {
      let grant = master.grants.find((each) => each.of === of);
      if (!grant) {
        grant = { of, logInterval: intervalOf(port, of), untilNs: -1, askNs: turn.nowNs };
        master.grants.push(grant);
      }
      if (grant.askNs <= turn.nowNs) {
        tlvs.push(unicastTlv({ do: 'request', of, logInterval: intervalOf(port, of), durationS: DURATION_S }));
        grant.askNs = turn.nowNs + RETRY_NS;
      }
      if (port.timers.unicast < 0 || grant.askNs < port.timers.unicast) port.timers.unicast = grant.askNs;
    }
    if (tlvs.length > 0) signal(turn, port, master.identity ?? EVERYONE, tlvs, master.address);
  }
}

function wantedOf({ clock }: Turn, port: Port, { address }: UnicastMaster): MessageType[] {
  if (parentOf(clock, port)?.address !== address) return [MessageType.Announce];
  const always = [MessageType.Announce, MessageType.Sync];
  return port.ds.delayMechanism === DelayMechanism.E2E ? [...always, MessageType.DelayResp] : always;
}

const intervalOf = ({ ds }: Port, of: MessageType): number =>
  of === MessageType.Announce
    ? ds.logAnnounceInterval
    : of === MessageType.Sync
      ? ds.logSyncInterval
      : ds.logMinDelayReqInterval;

/** What others say about unicast messages. Whoever asks for some is refused: this clock is no unicast master. */
export function signalingReceived(turn: Turn, port: Port, signaling: Message, from: number): void {
  if (signaling.type !== MessageType.Signaling) return;
  const { target, source } = signaling;
  if (!sameIdentity(target, port.ds.portIdentity) && target.clock !== EVERYONE.clock) return;
  const answers: Tlv[] = [];
  for (const tlv of signaling.tlvs) {
    const said = unicastOf(tlv);
    if (said?.do === 'request' && answers.length < MOST_ANSWERS)
      answers.push(unicastTlv({ ...said, do: 'grant', durationS: 0, renewal: false }));
    const master = port.unicast.find(({ address }) => address === from);
    if (!master || !said) continue;
    if (said.do === 'grant') granted(master, said, source, turn.nowNs);
    if (said.do === 'cancel' && answers.length < MOST_ANSWERS) {
      answers.push(unicastTlv({ do: 'acknowledge', of: said.of }));
      granted(master, { ...said, do: 'grant', logInterval: 0, durationS: 0, renewal: false }, source, turn.nowNs);
    }
  }
  if (answers.length > 0 && from !== 0) signal(turn, port, source, answers, from);
}

function granted(master: UnicastMaster, said: Unicast & { do: 'grant' }, source: PortIdentity, nowNs: number): void {
  const grant = master.grants.find(({ of }) => of === said.of);
  if (!grant) return;
  master.identity = source;
  grant.untilNs = said.durationS > 0 ? nowNs + said.durationS * 1e9 : -1;
  grant.askNs = nowNs + (said.durationS > 0 ? said.durationS * RENEWED_AFTER * 1e9 : REFUSED_NS);
  if (said.durationS > 0) grant.logInterval = believableLog(said.logInterval, grant.logInterval);
}

/**
 * Masters that have granted something, but are not heard any more, are to be asked again: who was switched off and on knows
 * nothing of it.
 */
export function askTheSilent(port: Port, nowNs: number): void {
  for (const { address, grants } of port.unicast) {
    if (port.foreign.some((master) => master.address === address)) continue;
    for (const grant of grants) if (grant.untilNs > nowNs) grant.askNs = nowNs;
  }
}

/** Logarithm of the interval that messages of a type were granted with; null: they were not, or not any more. */
export function grantedLog(port: Port, address: number, of: MessageType, nowNs: number): number | null {
  const grant = port.unicast.find((master) => master.address === address)?.grants.find((each) => each.of === of);
  return grant && grant.untilNs > nowNs ? grant.logInterval : null;
}

/** Whether an address is one of a master that is negotiated with. */
export const isUnicast = (port: Port, address: number): boolean =>
  port.unicast.some((master) => master.address === address);

function signal(turn: Turn, port: Port, target: PortIdentity, tlvs: Tlv[], to: number): void {
  const body = { type: MessageType.Signaling, target };
  const sequence = nextSequence(port, 'signaling');
  send(turn, port, message(turn.clock, port, sequence, body, { flags: Flag.Unicast }, tlvs), to);
}
