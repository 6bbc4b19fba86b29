/**
 * PTP messages in Ethernet frames (IEEE 1588-2008, annexes D and F): where they are, and how one that passes is changed,
 * with the checksum of its UDP datagram. For what works on frames without being a clock: MACs and switches.
 */
import type { Timespec } from '../../kernel/clock/timespec';
import { checksumOf, get16, put16 } from '../../kernel/net/bytes';
import { ETHERTYPE_PTP, EVENT_PORT, GENERAL_PORT } from '../apps/ptpd/addresses';
import { controlOf } from '../apps/ptpd/build';
import * as bytes from '../apps/ptpd/bytes';
import { TOO_BIG } from '../apps/ptpd/interval';
import { HEADER_LENGTH, messageLengths } from '../apps/ptpd/layout';
import { MessageType } from '../apps/ptpd/messages';

/** Where a message begins in its frame, and its UDP header; -1 when it is in the frame itself. */
export interface PtpPlace {
  at: number;
  udp: number;
}

/** The common header's fields (clause 13.3), and what is behind it. */
export const PtpField = {
  domain: 4,
  flags: 6,
  correction: 8,
  source: 20,
  sequence: 30,
  control: 32,
  body: 34,
  requesting: 44,
} as const;
const TIMESTAMP_SIZE = 10;

const ETHERTYPE_IP = 0x0800;
const ETHERNET_HEADER = 14;
const UDP_HEADER = 8;
const PROTOCOL_UDP = 17;
/** More fragments, and where one belongs. */
const FRAGMENT = 0x3fff;

/** The message of version 2 that a frame carries; null: none. */
export function ptpIn(frame: Uint8Array): PtpPlace | null {
  const type = get16(frame, 12);
  if (type === ETHERTYPE_PTP) return messageAt(frame, ETHERNET_HEADER, -1);
  if (type !== ETHERTYPE_IP || frame.length < ETHERNET_HEADER + 20 || frame[ETHERNET_HEADER + 9] !== PROTOCOL_UDP)
    return null;
  if (frame[ETHERNET_HEADER]! >> 4 !== 4 || get16(frame, ETHERNET_HEADER + 6) & FRAGMENT) return null;
  const udp = ETHERNET_HEADER + (frame[ETHERNET_HEADER]! & 15) * 4;
  if (frame.length < udp + UDP_HEADER) return null;
  const port = get16(frame, udp + 2);
  return port === EVENT_PORT || port === GENERAL_PORT ? messageAt(frame, udp + UDP_HEADER, udp) : null;
}

function messageAt(frame: Uint8Array, at: number, udp: number): PtpPlace | null {
  if (frame.length < at + HEADER_LENGTH || (frame[at + 1]! & 15) !== 2) return null;
  const length = get16(frame, at + 2);
  const least = messageLengths[frame[at]! & 15] ?? Infinity;
  return length >= least && at + length <= frame.length ? { at, udp } : null;
}

/** Of the message at a place. */
export const ptpType = (frame: Uint8Array, { at }: PtpPlace): MessageType => (frame[at]! & 15) as MessageType;

/**
 * What a message is known by at a port of a switch: its type, domain, the identity of a port that it has at an offset, and
 * its sequence id.
 */
export function keyOf(port: number, type: MessageType, frame: Uint8Array, { at }: PtpPlace, identity: number): string {
  const from = at + identity;
  const clock = bytes.identity(frame, from);
  return [
    port,
    type,
    frame[at + PtpField.domain],
    clock,
    get16(frame, from + 8),
    get16(frame, at + PtpField.sequence),
  ].join(' ');
}

/** What follows an event message of a two-step clock, made of that of a one-step one: the same time stamp, no correction. */
export function followUpOf(frame: Uint8Array, place: PtpPlace): Uint8Array {
  const follows = frame.slice();
  const type = ptpType(frame, place) === MessageType.Sync ? MessageType.FollowUp : MessageType.PdelayRespFollowUp;
  patch(follows, place, 0, Uint8Array.of((frame[place.at]! & 0xf0) | type, frame[place.at + 1]!));
  patch(follows, place, PtpField.correction, new Uint8Array(8));
  patch(follows, place, PtpField.control, Uint8Array.of(controlOf(type), frame[place.at + PtpField.control + 1]!));
  if (place.udp >= 0) {
    const port = Uint8Array.of(GENERAL_PORT >> 8, GENERAL_PORT & 255);
    for (const at of [0, 2]) patch(follows, place, place.udp + at - place.at, port);
  }
  return follows;
}

/** Puts bytes, of an even number, into the message from an even offset on. Its checksum fits as well, or badly, as before. */
export function patch(frame: Uint8Array, { at, udp }: PtpPlace, offset: number, value: Uint8Array): void {
  const from = at + offset;
  const check = udp < 0 ? 0 : get16(frame, udp + 6);
  if (check !== 0) {
    // RFC 1624; zero would say that there is none.
    let sum = ~check & 0xffff;
    for (let i = 0; i < value.length; i += 2) sum += (~get16(frame, from + i) & 0xffff) + get16(value, i);
    put16(frame, udp + 6, checksumOf(sum) || 0xffff);
  }
  frame.set(value, from);
}

/** A time stamp of the message (clause 5.3.3). */
export const getTimestamp = (frame: Uint8Array, { at }: PtpPlace, offset: number): Timespec =>
  bytes.timestamp(frame, at + offset);

export function putTimestamp(frame: Uint8Array, place: PtpPlace, offset: number, time: Timespec): void {
  const value = new Uint8Array(TIMESTAMP_SIZE);
  bytes.putTimestamp(value, 0, time);
  patch(frame, place, offset, value);
}

/** Adds nanoseconds, also parts and below zero, to correctionField; one that is too big stays that (clause 13.3.2.7). */
export function addCorrection(frame: Uint8Array, place: PtpPlace, ns: number): void {
  const before = bytes.geti64(frame, place.at + PtpField.correction);
  const sum = before + BigInt(Math.round(ns * 2 ** 16));
  const value = new Uint8Array(8);
  bytes.puti64(value, 0, before === TOO_BIG || BigInt.asIntN(64, sum) !== sum ? TOO_BIG : sum);
  patch(frame, place, PtpField.correction, value);
}
