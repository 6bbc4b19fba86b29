/** The arithmetic of an exchange, line by line, and where its messages are in the sequence diagram. */
import type { PtpExchange, PtpMessage, PtpTime } from '../../main/contract/ptp';
import { between, formatExactNs, formatInstant } from './words';

/** One line: what it is, how it is calculated, and what comes out. */
export interface Line {
  name: string;
  formula: string;
  value: string;
}

/** The four times of an exchange, as the clocks' stamps have them; those that are not there are left out. */
export function stampsOf({ sync, delay }: PtpExchange): { name: string; text: string; of: string; time: PtpTime }[] {
  const stamps = [
    { name: 't1', text: 'Sync sent by the master, by its clock', of: `Sync ${sync.sequence}`, time: sync.t1 },
    { name: 't2', text: 'Sync received, by this clock', of: `Sync ${sync.sequence}`, time: sync.t2 },
  ];
  if (delay === null) return stamps;
  const isPeer = delay.t1 !== null && delay.t2 !== null;
  const request = isPeer ? 'Pdelay_Req' : 'Delay_Req';
  const own = `${request} ${delay.sequence}`;
  if (isPeer) {
    return [
      ...stamps,
      { name: 'p1', text: 'Pdelay_Req sent, by this clock', of: own, time: delay.t1! },
      { name: 'p2', text: "Pdelay_Req received, by the neighbour's clock", of: own, time: delay.t2! },
      {
        name: 'p3',
        text: "Pdelay_Resp sent, by the neighbour's clock",
        of: `Pdelay_Resp ${delay.sequence}`,
        time: delay.t3,
      },
      { name: 'p4', text: 'Pdelay_Resp received, by this clock', of: `Pdelay_Resp ${delay.sequence}`, time: delay.t4 },
    ];
  }
  return [
    ...stamps,
    { name: 't3', text: 'Delay_Req sent, by this clock', of: own, time: delay.t3 },
    { name: 't4', text: 'Delay_Req received by the master, by its clock', of: own, time: delay.t4 },
  ];
}

/** What follows from the stamps (IEEE 1588-2008, clauses 11.2 to 11.4). */
export function arithmeticOf(exchange: PtpExchange): Line[] {
  const { sync, delay } = exchange;
  const stamps = stampsOf(exchange).map(({ name, text, time }) => ({
    name,
    formula: text,
    value: formatInstant(time),
  }));
  const forward = between(sync.t1, sync.t2);
  const lines: Line[] = [...stamps, { name: 'There', formula: 't2 - t1', value: formatExactNs(forward) }];
  if (sync.correctionNs !== 0) {
    lines.push({ name: 'Correction', formula: 'of Sync and Follow_Up', value: formatExactNs(sync.correctionNs) });
  }
  if (delay !== null) {
    const isPeer = delay.t1 !== null && delay.t2 !== null;
    if (isPeer) {
      lines.push({ name: 'There', formula: 'p2 - p1', value: formatExactNs(between(delay.t1!, delay.t2!)) });
    }
    lines.push({
      name: 'Back',
      formula: isPeer ? 'p4 - p3' : 't4 - t3',
      value: formatExactNs(between(delay.t3, delay.t4)),
    });
    if (delay.correctionNs !== 0) {
      const of = isPeer ? 'of Pdelay_Resp and its Follow_Up' : 'of Delay_Resp';
      lines.push({ name: 'Correction', formula: of, value: formatExactNs(delay.correctionNs) });
    }
    if (exchange.delayNs !== null) lines.push(...pathDelayOf(exchange.delayNs, sync, delay, isPeer));
  }
  lines.push({
    name: 'Mean path delay',
    formula: 'filtered over the last exchanges',
    value: formatExactNs(exchange.meanPathDelayNs),
  });
  lines.push({
    name: 'Offset',
    formula: `t2 - t1${sync.correctionNs === 0 ? '' : ' - correction'} - mean path delay`,
    value: formatExactNs(exchange.offsetNs),
  });
  return lines;
}

/** How the path's delay came about: end to end by the Sync that was the last when Delay_Resp came, and that may be another one. */
function pathDelayOf(
  delayNs: number,
  sync: PtpExchange['sync'],
  delay: NonNullable<PtpExchange['delay']>,
  isPeer: boolean,
): Line[] {
  const line = (formula: string): Line => ({ name: 'Path delay', formula, value: formatExactNs(delayNs) });
  const corrected = delay.correctionNs !== 0 ? ' - correction' : '';
  if (isPeer) return [line(`((p2 - p1) + (p4 - p3)${corrected}) / 2`)];
  const thereNs = 2 * delayNs - (between(delay.t3, delay.t4) - delay.correctionNs);
  if (thereNs === between(sync.t1, sync.t2) - sync.correctionNs) {
    const both = delay.correctionNs !== 0 || sync.correctionNs !== 0 ? ' - corrections' : '';
    return [line(`((t2 - t1) + (t4 - t3)${both}) / 2`)];
  }
  return [
    { name: 'There before', formula: 't2 - t1 of the Sync before t3, corrected', value: formatExactNs(thereNs) },
    line(`(there before + (t4 - t3)${corrected}) / 2`),
  ];
}

/** A message in the diagram: pixels from its top. */
export interface Arrow {
  message: PtpMessage;
  fromY: number;
  toY: number;
  /** Names of the stamps that are taken where it leaves and where it arrives: `t1`, `t2`. */
  sent: string;
  received: string;
  /** Messages before it that are left out. */
  skipped: number;
}

const ROW = 30;
const SLANT = 12;

/** Messages that an exchange is made of. */
function isOf({ type, sequence }: PtpMessage, { sync, delay }: PtpExchange): boolean {
  if (type === 'Sync' || type === 'Follow_Up') return sequence === sync.sequence;
  return delay !== null && /delay/i.test(type) && sequence === delay.sequence;
}

/**
 * The last messages, and those of the exchange whenever they were, one below the other in the order in which they were sent;
 * their times are far apart, and so not to scale. What was lost or is not there yet ends half way.
 */
export function arrowsOf(messages: readonly PtpMessage[], exchange: PtpExchange | null, most: number): Arrow[] {
  const stamps = exchange === null ? [] : stampsOf(exchange);
  const own = messages.filter((message) => exchange !== null && isOf(message, exchange));
  const others = messages.filter((message) => !own.includes(message));
  const kept = new Set([...own, ...others.slice(Math.min(others.length, others.length + own.length - most))]);
  let skipped = 0;
  let y = 14;
  return messages.flatMap((message) => {
    if (!kept.has(message)) {
      skipped++;
      return [];
    }
    const [sent, received] = stamps.filter(({ of }) => of === `${message.type} ${message.sequence}`);
    // Nothing is missing before the first.
    if (skipped > 0 && y > 14) y += ROW / 2;
    const before = y > 14 ? skipped : 0;
    const arrow = { message, fromY: y, toY: y + SLANT, sent: sent?.name ?? '', received: received?.name ?? '' };
    y += ROW;
    skipped = 0;
    return [{ ...arrow, skipped: before }];
  });
}

export const heightOf = (arrows: readonly Arrow[]): number => (arrows.at(-1)?.toY ?? 0) + ROW / 2;

/**
 * How long messages of the exchange really took, there and back, and what half of the difference makes of the offset: the
 * error that no clock can see (IEEE 1588-2008, clause 7.4.2). Null when not all of them were captured.
 */
export function asymmetryOf(
  messages: readonly PtpMessage[],
  exchange: PtpExchange | null,
): { forwardNs: number; backwardNs: number; errorNs: number } | null {
  if (exchange?.delay == null || exchange.delay.t1 !== null) return null;
  const took = (type: string, sequence: number, correctionNs: number): number | null => {
    const found = messages.findLast((message) => message.type === type && message.sequence === sequence);
    if (found?.sentNs == null || found.receivedNs == null) return null;
    return found.receivedNs - found.sentNs - correctionNs;
  };
  const forwardNs = took('Sync', exchange.sync.sequence, exchange.sync.correctionNs);
  const backwardNs = took('Delay_Req', exchange.delay.sequence, exchange.delay.correctionNs);
  if (forwardNs === null || backwardNs === null) return null;
  return { forwardNs, backwardNs, errorNs: (forwardNs - backwardNs) / 2 };
}
