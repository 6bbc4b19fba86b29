/** What a mask wants, as plain data, and the words for it. */
import type { LabBand, LabCurve } from '../contract/lab';
import { nsText, timeText } from './words';

/** In common: the words for it, and what is to be drawn into charts. Times are nanoseconds since power on. */
interface Common {
  text: string;
  band: LabBand | null;
  curve: LabCurve | null;
}

export type Mask = Common & Wanted;

export type Wanted =
  /** Every value of a series of each board is within limits. */
  | ({ kind: 'within' } & LabBand)
  /** The MTIE or the TDEV of each board's series is within limits. */
  | ({ kind: 'steady' } & LabCurve)
  /**
   * Each board becomes a slave within a time and stays one to the end of the span; with a limit its true offset is below that
   * from then on, either way.
   */
  | { kind: 'locked'; boards: string[]; fromNs: number; toNs: number; withinNs: number; limitNs: number | null }
  /** These boards, and no others, are masters and follow nobody. */
  | { kind: 'master'; boards: string[]; atNs: number }
  /** The clock of one board is the grandmaster of each of these. */
  | { kind: 'follows'; boards: string[]; master: string; atNs: number }
  /** Within a time one board is master, and each of these is its slave. */
  | { kind: 'takeover'; boards: string[]; master: string; fromNs: number; withinNs: number };

const seriesWords: Record<LabBand['series'], string> = {
  offset: 'offset as believed',
  trueOffset: 'true offset',
  delay: 'mean path delay',
  frequency: 'frequency',
  forward: 'delay from the master',
  backward: 'delay to the master',
  trueForward: 'true delay from the master',
  trueBackward: 'true delay to the master',
};

export const valueText = (series: LabBand['series'], value: number): string =>
  series === 'frequency' ? `${Number(value.toPrecision(4))} ppb` : nsText(value);

/** A mask with the words for it. @param boards its boards, as whoever wrote it calls them: `slave*` */
export function maskOf(wanted: Wanted, boards: string): Mask {
  return { ...wanted, text: maskText(wanted, boards), band: bandOf(wanted), curve: curveOf(wanted) };
}

function maskText(wanted: Wanted, boards: string): string {
  switch (wanted.kind) {
    case 'within': {
      const { series, low, high, fromNs, toNs } = wanted;
      const limits =
        low === -high
          ? `within ${valueText(series, high)}`
          : `from ${valueText(series, low)} to ${valueText(series, high)}`;
      return `${seriesWords[series]} of ${boards} ${limits}, from ${timeText(fromNs)} to ${timeText(toNs)}`;
    }
    case 'steady': {
      const { measure, series, limits, fromNs, toNs } = wanted;
      const points = limits.map(({ tauNs, ns }) => `${nsText(ns)} over ${nsText(tauNs)}`);
      return `${measure.toUpperCase()} of ${seriesWords[series]} of ${boards} within ${points.join(', ')}, from ${timeText(fromNs)} to ${timeText(toNs)}`;
    }
    case 'locked': {
      const { fromNs, toNs, withinNs, limitNs } = wanted;
      const limit = limitNs === null ? '' : ` with a true offset below ${nsText(limitNs)}`;
      return `${boards} locked${limit} within ${timeText(withinNs)} from ${timeText(fromNs)} on, up to ${timeText(toNs)}`;
    }
    case 'master':
      return `${wanted.boards.length > 0 ? `${boards} and no other` : 'nobody'} is master at ${timeText(wanted.atNs)}`;
    case 'follows':
      return `${boards}: slaves of ${wanted.master} at ${timeText(wanted.atNs)}`;
    case 'takeover':
      return `${wanted.master} takes over ${boards} within ${timeText(wanted.withinNs)} from ${timeText(wanted.fromNs)} on`;
  }
}

function bandOf(wanted: Wanted): LabBand | null {
  if (wanted.kind === 'within') {
    const { series, boards, fromNs, toNs, low, high } = wanted;
    return { series, boards, fromNs, toNs, low, high };
  }
  if (wanted.kind !== 'locked' || wanted.limitNs === null) return null;
  const { boards, fromNs, toNs, withinNs, limitNs } = wanted;
  return { series: 'trueOffset', boards, fromNs: fromNs + withinNs, toNs, low: -limitNs, high: limitNs };
}

function curveOf(wanted: Wanted): LabCurve | null {
  if (wanted.kind !== 'steady') return null;
  const { kind: _, ...curve } = wanted;
  return curve;
}

/** The limit for an observation interval; null: there is none. */
export function limitAt({ limits }: LabCurve, tauNs: number): number | null {
  const next = limits.findIndex((limit) => limit.tauNs >= tauNs);
  if (next < 0 || tauNs < limits[0]!.tauNs) return null;
  const after = limits[next]!;
  const before = limits[next - 1] ?? after;
  if (after.tauNs === before.tauNs) return after.ns;
  const share = Math.log(tauNs / before.tauNs) / Math.log(after.tauNs / before.tauNs);
  return before.ns * (after.ns / before.ns) ** share;
}
