/**
 * The masters that a port hears of (IEEE 1588-2008, clauses 9.3.2.4 and 9.3.2.5): a table of a fixed size. Who is in it has sent
 * an Announce; who has sent two within four of its intervals takes part in the election.
 */
import type { AnnounceBody, Header, Message, Tlv } from './messages';
import { compare, foreignDataSet } from './bmca';
import { sameIdentity, type Foreign, type Port } from './own';
import { believableLog, nsOfLog } from './time';
import { propagates, TlvType } from './tlv';

/** FOREIGN_MASTER_TIME_WINDOW, announce intervals; FOREIGN_MASTER_THRESHOLD, messages in it. */
const WINDOW = 4;
const THRESHOLD = 2;
/** Bytes of TLVs that are kept of a master, to be passed on: a path of a dozen clocks, and then some. */
const MOST_TLV_BYTES = 128;
/** At least 5 (clause 9.3.2.4.5). */
export const MOST_FOREIGN_MASTERS = 16;

/** Length of a sender's announce interval, nanoseconds. */
export const announceIntervalNs = (port: Port, master: Foreign): number =>
  nsOfLog(believableLog(master.logInterval, port.ds.logAnnounceInterval));

/**
 * Takes in an Announce.
 *
 * @param address its sender's, of IPv4, where that matters; else 0
 * @returns the sender's entry; null: the message was heard before, or the table is full of better ones
 */
export function hear(
  port: Port,
  message: Header & AnnounceBody & { tlvs: Message['tlvs'] },
  nowNs: number,
  address: number,
): Foreign | null {
  const known = port.foreign.find(({ source }) => sameIdentity(source, message.source));
  if (known?.sequence === message.sequence) return null;
  const entry: Foreign = {
    source: message.source,
    announce: announceOf(message),
    flags: message.flags,
    logInterval: message.logInterval,
    heardNs: [...(known?.heardNs ?? []), nowNs].slice(-THRESHOLD),
    qualified: known?.qualified ?? false,
    address,
    sequence: message.sequence,
    tlvs: keptOf(message.tlvs),
  };
  if (known) return Object.assign(known, entry);
  if (!makeRoom(port, entry)) return null;
  port.foreign.push(entry);
  return entry;
}

const announceOf = (body: AnnounceBody): AnnounceBody => ({
  origin: body.origin,
  currentUtcOffset: body.currentUtcOffset,
  grandmasterPriority1: body.grandmasterPriority1,
  grandmasterClockQuality: body.grandmasterClockQuality,
  grandmasterPriority2: body.grandmasterPriority2,
  grandmasterIdentity: body.grandmasterIdentity,
  stepsRemoved: body.stepsRemoved,
  timeSource: body.timeSource,
});

/** What is passed on, as far as there is room for it: one that is too long for it is not. */
function keptOf(tlvs: readonly Tlv[]): Foreign['tlvs'] {
  let room = MOST_TLV_BYTES;
  return tlvs
    .filter((tlv) => isKept(tlv) && (room -= tlv.value.length) >= 0)
    .map(({ type, value }) => ({ type, value: Array.from(value) }));
}

const isKept = (tlv: Tlv): boolean => tlv.type === TlvType.PathTrace || propagates(tlv);

/**
 * In a full table those give way first that have not qualified, the longest silent of them; then the worst, for a better one. So
 * many that announce themselves once cannot push out who is there to stay.
 */
function makeRoom(port: Port, entry: Foreign): boolean {
  const { foreign } = port;
  if (foreign.length < MOST_FOREIGN_MASTERS) return true;
  let out = -1;
  foreign.forEach((each, n) => {
    if (!each.qualified && (out < 0 || each.heardNs.at(-1)! < foreign[out]!.heardNs.at(-1)!)) out = n;
  });
  if (out < 0) {
    const receiver = port.ds.portIdentity;
    const better = (a: Foreign, b: Foreign) =>
      compare(foreignDataSet(a, receiver), foreignDataSet(b, receiver)).order < 0;
    out = foreign.reduce((worst, each, n) => (better(foreign[worst]!, each) ? n : worst), 0);
    if (!better(entry, foreign[out]!)) return false;
  }
  foreign.splice(out, 1);
  return true;
}

/**
 * Says who is qualified at a time, and forgets who has been silent for the whole window. The clock's master stays until its own
 * timeout.
 */
export function qualify(port: Port, parent: Foreign | null, nowNs: number): void {
  port.foreign = port.foreign.filter((master) => {
    const since = nowNs - WINDOW * announceIntervalNs(port, master);
    master.qualified = master === parent || (master.heardNs.length >= THRESHOLD && master.heardNs[0]! >= since);
    return master.qualified || master.heardNs.at(-1)! >= since;
  });
}

/** Erbest (clause 9.3.2.3): the best qualified master that a port hears; null: none. */
export function bestOf(port: Port): Foreign | null {
  let best: Foreign | null = null;
  for (const master of port.foreign) {
    if (!master.qualified) continue;
    const receiver = port.ds.portIdentity;
    if (!best || compare(foreignDataSet(master, receiver), foreignDataSet(best, receiver)).order < 0) best = master;
  }
  return best;
}
