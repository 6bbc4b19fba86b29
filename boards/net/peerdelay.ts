/**
 * How a peer-to-peer transparent clock knows the delays of its links (IEEE 1588-2008, clause 11.4): at each port it asks its
 * neighbor, in the way in which that speaks PTP, once a second; and it answers the neighbor's requests.
 */
import { decode } from '../apps/ptpd/decode';
import { median } from '../apps/ptpd/delay';
import { intervalNs } from '../apps/ptpd/interval';
import { Flag, MessageType, type Message, type PortIdentity } from '../apps/ptpd/messages';
import { NO_INTERVAL, nsBetween, zeroTime } from '../apps/ptpd/time';
import type { Timespec } from '../../kernel/clock/timespec';
import { PtpField, type PtpPlace } from './ptp';
import { ptpFrame, type Transport } from './ptpframe';
import type { QueuedFrame } from './switch';
import type { Transparent } from './transparent';

/** What a port knows of the other end of its link. Readings are of the switch's clock. */
export interface Peer {
  /** How it was heard last; null: never. */
  neighbor: { transport: Transport; domain: number; majorSdoId: number } | null;
  /** The last request: when it left, and the answer that a second message completes. */
  asked: { sequence: number; sent: number | null; answer: Answer | null } | null;
  /** The last delays, and the median of them, which is used; nanoseconds. */
  delays: number[];
  delayNs: number | null;
}

interface Answer {
  received: number;
  correctionNs: number;
  requestReceipt: Timespec;
}

export const PEER_INTERVAL_NS = 1e9;
const LOG_INTERVAL = 0;
/** Delays that the median is of. */
const FILTER_LENGTH = 9;

export const createPeer = (): Peer => ({ neighbor: null, asked: null, delays: [], delayNs: null });

/** Somebody at the other end of a link speaks PTP: a new neighbor is asked at once. */
export function hearNeighbor(
  clock: Transparent,
  port: number,
  bytes: Uint8Array,
  { at, udp }: PtpPlace,
): QueuedFrame[] {
  const peer = clock.state.peers[port]!;
  const isNew = peer.neighbor === null;
  peer.neighbor = {
    transport: udp < 0 ? '802.3' : 'udp',
    domain: bytes[at + PtpField.domain]!,
    majorSdoId: bytes[at]! >> 4,
  };
  return isNew ? ask(clock, port) : [];
}

/** A request to the neighbor, if there is one. */
export function ask(clock: Transparent, port: number): QueuedFrame[] {
  const peer = clock.state.peers[port]!;
  if (!peer.neighbor) return [];
  const sequence = ((peer.asked?.sequence ?? -1) + 1) & 0xffff;
  peer.asked = { sequence, sent: null, answer: null };
  const request = { ...headerOf(clock, port, sequence, LOG_INTERVAL), type: MessageType.PdelayReq, origin: zeroTime };
  return [own(clock, port, request, 0, 0)];
}

/** A message of the mechanism has come: what is answered. */
export function answerPeer(clock: Transparent, port: number, frame: QueuedFrame, { at }: PtpPlace): QueuedFrame[] {
  const message = decode(frame.bytes.subarray(at));
  if ('error' in message) return [];
  if (message.type === MessageType.PdelayReq) return answersTo(clock, port, message, frame);
  if (message.type === MessageType.PdelayResp) response(clock, port, message, frame.stamp!);
  else if (message.type === MessageType.PdelayRespFollowUp) responseFollowUp(clock, port, message);
  return [];
}

/** The time from the request to the answer is said in a correctionField, the time stamps are zero: clause 11.4.3. */
function answersTo(clock: Transparent, port: number, request: Message, { inNs, stamp }: QueuedFrame): QueuedFrame[] {
  const { twoStep } = clock.settings;
  const header = {
    ...headerOf(clock, port, request.sequence, NO_INTERVAL),
    ...{ domain: request.domain, majorSdoId: request.majorSdoId, requesting: request.source },
  };
  const { correction } = request;
  const flags = twoStep ? Flag.TwoStep : 0;
  const answer = { ...header, type: MessageType.PdelayResp, requestReceipt: zeroTime, flags };
  if (!twoStep) return [own(clock, port, { ...answer, correction }, inNs, stamp)];
  const second = { ...header, type: MessageType.PdelayRespFollowUp, responseOrigin: zeroTime, correction };
  return [own(clock, port, answer, inNs, stamp), own(clock, port, second)];
}

function response(clock: Transparent, port: number, message: PeerResponse, received: number): void {
  const peer = clock.state.peers[port]!;
  if (!isAnswer(clock, port, message) || peer.asked!.answer) return;
  const answer = { received, correctionNs: intervalNs(message.correction), requestReceipt: message.requestReceipt };
  if (message.flags & Flag.TwoStep) peer.asked!.answer = answer;
  else measured(peer, answer, message.requestReceipt, 0);
}

function responseFollowUp(clock: Transparent, port: number, message: PeerFollowUp): void {
  const peer = clock.state.peers[port]!;
  if (isAnswer(clock, port, message) && peer.asked!.answer)
    measured(peer, peer.asked!.answer, message.responseOrigin, intervalNs(message.correction));
}

type PeerResponse = Extract<Message, { type: typeof MessageType.PdelayResp }>;
type PeerFollowUp = Extract<Message, { type: typeof MessageType.PdelayRespFollowUp }>;

function isAnswer(clock: Transparent, port: number, { requesting, sequence }: PeerResponse | PeerFollowUp): boolean {
  const { clock: identity, port: number } = identityOf(clock, port);
  const { asked } = clock.state.peers[port]!;
  return (
    requesting.clock === identity &&
    requesting.port === number &&
    asked?.sequence === sequence &&
    // It is measured once.
    asked.sent !== null
  );
}

/** A delay is known: half of what the request and its answer took, without the time between them. */
function measured(peer: Peer, answer: Answer, responseOrigin: Timespec, correctionNs: number): void {
  const { received, requestReceipt } = answer;
  const answeredNs = nsBetween(responseOrigin, requestReceipt);
  const delay = (received - peer.asked!.sent! - answeredNs - answer.correctionNs - correctionNs) / 2;
  peer.delays = [...peer.delays, delay].slice(-FILTER_LENGTH);
  peer.delayNs = median(peer.delays);
  peer.asked!.sent = null;
}

/** Of the port's own messages: Ethernet address, and one of IPv4 that needs nobody to give it (RFC 3927). */
const senderOf = ({ number }: Transparent, port: number) => ({
  mac: 0x0200_00ff_0000 + (number + 1) * 256 + port + 1,
  address: 0xa9fe_0000 + (number + 1) * 256 + port + 1,
});

/** From the switch's Ethernet address (clause 7.5.2.2.2), and the port's number. */
const identityOf = ({ number }: Transparent, port: number): PortIdentity => ({
  clock: `020000fffeff${(number + 1).toString(16).padStart(2, '0')}00`,
  port: port + 1,
});

const headerOf = (clock: Transparent, port: number, sequence: number, logInterval: number) => ({
  ...{ majorSdoId: clock.state.peers[port]!.neighbor!.majorSdoId, version: 2, minorVersion: 0 },
  ...{ domain: clock.state.peers[port]!.neighbor!.domain, minorSdoId: 0, flags: 0, correction: 0n, typeSpecific: 0 },
  ...{ source: identityOf(clock, port), sequence, control: 5, logInterval, tlvs: [] },
});

/** A frame of the switch's own. For an event message, from when on its time is told: in true time, and as the switch reads it. */
const own = (clock: Transparent, port: number, message: Message, inNs = 0, stamp?: number): QueuedFrame => ({
  bytes: ptpFrame(clock.state.peers[port]!.neighbor!.transport, message, senderOf(clock, port)),
  ...{ from: -1, inNs, stamp },
});
