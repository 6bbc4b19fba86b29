/**
 * Transparent clocks (IEEE 1588-2008, clauses 10 and 11): a switch measures for how long each event message of PTP was in it,
 * and says so in the correctionField, of the message itself or (two-step) of the one that follows it. A peer-to-peer clock
 * also knows the delay of each of its links (peerdelay.ts), and adds that of the one by which a Sync has come. The measure
 * is an oscillator of the switch's own, which nothing disciplines.
 */
import { Flag, isEvent, isOfPeers, MessageType } from '../apps/ptpd/messages';
import {
  createWander,
  gainedNs,
  noiseNs,
  perfectOscillator,
  type Oscillator,
  type Wander,
} from '../../kernel/clock/oscillator';
import { get16 } from '../../kernel/net/bytes';
import { answerPeer, createPeer, hearNeighbor, type Peer } from './peerdelay';
import { addCorrection, followUpOf, keyOf, patch, ptpIn, ptpType, PtpField, type PtpPlace } from './ptp';
import type { QueuedFrame } from './switch';

/** What a switch does with PTP's messages. */
export interface PtpSettings {
  /** Nothing; or it is a transparent clock, end-to-end or peer-to-peer. */
  clock: 'none' | 'e2e' | 'p2p';
  /** It leaves event messages as they are, and corrects what follows them. */
  twoStep: boolean;
  /** What is wrong with what it adds: it takes it off instead, adds nothing, or always too much by `errorNs`. */
  fault: 'none' | 'sign' | 'missing' | 'constant';
  errorNs: number;
  oscillator: Oscillator;
}

export const usualPtp: PtpSettings = {
  ...{ clock: 'none', twoStep: false, fault: 'none', errorNs: 0 },
  oscillator: perfectOscillator,
};

export interface TransparentState {
  wander: Wander;
  /** By port. */
  peers: Peer[];
  /** Of a two-step clock, nanoseconds that are still to be said, by port and message: {@link keyOf}. */
  corrections: Map<string, number>;
}

/** A transparent clock. */
export interface Transparent {
  settings: PtpSettings;
  state: TransparentState;
  /** Of the switch, from 0 on. */
  number: number;
  seed: number;
}

/** Messages whose corrections are still to be said, at most; those of the oldest are forgotten. */
const MOST_CORRECTIONS = 1024;
/** Of {@link QueuedFrame.from}: the switch itself. */
const OWN = -1;

export const createTransparent = (ports: number): TransparentState => ({
  wander: createWander(),
  peers: Array.from({ length: ports }, createPeer),
  corrections: new Map(),
});

/** What the switch's clock reads at a time, nanoseconds since power on. */
const readingAt = ({ settings: { oscillator }, state, seed }: Transparent, ns: number): number =>
  ns + gainedNs(oscillator, seed, state.wander, ns) + noiseNs(oscillator, seed, ns);

/**
 * A frame has come: what is to be forwarded of it, if anything, and what the clock itself sends by the port.
 *
 * @param frame `inNs` is when the end of its start delimiter passed the port
 */
export function arrived(
  clock: Transparent,
  port: number,
  frame: QueuedFrame,
): { onward: QueuedFrame | null; own: QueuedFrame[] } {
  const { bytes, inNs } = frame;
  const place = ptpIn(bytes);
  if (!place) return { onward: frame, own: [] };
  const type = ptpType(bytes, place);
  const stamped = isEvent(type) ? { ...frame, stamp: readingAt(clock, inNs) } : frame;
  if (clock.settings.clock === 'p2p') {
    const own = hearNeighbor(clock, port, bytes, place);
    if (isOfPeers(type)) return { onward: null, own: [...own, ...answerPeer(clock, port, stamped, place)] };
    // Clause 10.3: they are of the other mechanism.
    const isOfEnds = type === MessageType.DelayReq || type === MessageType.DelayResp;
    return { onward: isOfEnds ? null : stamped, own };
  }
  // What answers a request tells for how long that was here, on its way out by this port.
  const request = clock.settings.twoStep ? requestOf[type] : undefined;
  if (request === undefined) return { onward: stamped, own: [] };
  const corrected = withCorrection(clock, keyOf(port, request, bytes, place, PtpField.requesting), bytes, place);
  return { onward: corrected && { ...frame, bytes: corrected }, own: [] };
}

/** By the type of an answer. */
const requestOf: Readonly<Partial<Record<MessageType, MessageType>>> = {
  [MessageType.DelayResp]: MessageType.DelayReq,
  [MessageType.PdelayRespFollowUp]: MessageType.PdelayReq,
};

/** By the type of what follows an event message. */
const followedBy: Readonly<Partial<Record<MessageType, { event: MessageType; identity: number }>>> = {
  [MessageType.FollowUp]: { event: MessageType.Sync, identity: PtpField.source },
  [MessageType.PdelayRespFollowUp]: { event: MessageType.PdelayResp, identity: PtpField.requesting },
};

/**
 * A frame begins to leave by a port, where the end of its start delimiter passes at a time: how it leaves (null: not at
 * all), and what has to follow it.
 */
export function leaves(
  clock: Transparent,
  port: number,
  frame: QueuedFrame,
  startNs: number,
): { bytes: Uint8Array | null; follows: QueuedFrame | null } {
  const { bytes } = frame;
  const asItIs = { bytes, follows: null };
  const place = ptpIn(bytes);
  if (!place) return asItIs;
  const { settings, state } = clock;
  const type = ptpType(bytes, place);
  const followed = settings.twoStep ? followedBy[type] : undefined;
  if (followed) {
    const key = keyOf(port, followed.event, bytes, place, followed.identity);
    return { bytes: withCorrection(clock, key, bytes, place), follows: null };
  }
  if (frame.stamp === undefined) return asItIs;
  const reading = readingAt(clock, startNs);
  if (frame.from === OWN && type === MessageType.PdelayReq) {
    const { asked } = state.peers[port]!;
    // It is forgotten where the oscillator has changed in the meantime.
    if (asked) asked.sent = reading;
    return asItIs;
  }
  const ns = correctionOf(clock, frame, type, reading);
  if (!settings.twoStep) {
    const corrected = bytes.slice();
    addCorrection(corrected, place, ns);
    return { bytes: corrected, follows: null };
  }
  const identity = type === MessageType.PdelayResp ? PtpField.requesting : PtpField.source;
  remember(state, keyOf(port, type, bytes, place, identity), ns);
  const isFollowed = type === MessageType.Sync || type === MessageType.PdelayResp;
  return isFollowed ? madeTwoStep(clock, frame, place) : asItIs;
}

/** What there is to be said of an event message that leaves now, in nanoseconds. */
function correctionOf({ settings, state }: Transparent, frame: QueuedFrame, type: MessageType, now: number): number {
  const residence = now - frame.stamp!;
  // That is for how long an answer took; faults are of what passes.
  if (frame.from === OWN) return residence;
  const isAfterLink = settings.clock === 'p2p' && type === MessageType.Sync;
  const ns = residence + (isAfterLink ? (state.peers[frame.from]!.delayNs ?? 0) : 0);
  switch (settings.fault) {
    case 'none':
      return ns;
    case 'sign':
      return -ns;
    case 'missing':
      return 0;
    case 'constant':
      return ns + settings.errorNs;
  }
}

function remember({ corrections }: TransparentState, key: string, ns: number): void {
  // What is newest stands last.
  corrections.delete(key);
  corrections.set(key, ns);
  if (corrections.size > MOST_CORRECTIONS) corrections.delete(corrections.keys().next().value!);
}

/** The message with what is to be said by it; null when what it follows was not seen, and would be believed uncorrected. */
function withCorrection({ state }: Transparent, key: string, bytes: Uint8Array, place: PtpPlace): Uint8Array | null {
  const ns = state.corrections.get(key);
  if (ns === undefined) return null;
  const corrected = bytes.slice();
  addCorrection(corrected, place, ns);
  return corrected;
}

/** A one-step clock's message leaves a two-step one with the flag, and is followed by one that has its time stamp. */
function madeTwoStep(
  clock: Transparent,
  { bytes, from, inNs }: QueuedFrame,
  place: PtpPlace,
): { bytes: Uint8Array; follows: QueuedFrame | null } {
  const flags = get16(bytes, place.at + PtpField.flags);
  if (flags & Flag.TwoStep) return { bytes, follows: null };
  const leaving = bytes.slice();
  patch(leaving, place, PtpField.flags, Uint8Array.of((flags | Flag.TwoStep) >> 8, flags));
  const following = followUpOf(bytes, place);
  const request = requestOf[ptpType(following, place)];
  const follows =
    request === undefined
      ? following
      : withCorrection(clock, keyOf(from, request, bytes, place, PtpField.requesting), following, place);
  return { bytes: leaving, follows: follows && { bytes: follows, from: OWN, inNs } };
}

/** The oscillator is another one: what is still here is measured by it from its beginning on. */
export function measureAgain(clock: Transparent, queue: QueuedFrame[]): void {
  for (const frame of queue) if (frame.stamp !== undefined) frame.stamp = readingAt(clock, frame.inNs);
  for (const peer of clock.state.peers) peer.asked = null;
}
