/** Which charts there are, which series each draws, and in which look. */
import type { PtpSeriesName } from '../../main/contract/ptp';
import type { Levels } from './levels';

export type ChartKind = 'offset' | 'delay' | 'frequency' | 'packets';

interface Chart {
  title: string;
  help: string;
  series: readonly PtpSeriesName[];
  /** What it shows of several clocks, each in its colour: two at the most, of which the first is dashed. */
  compared: readonly PtpSeriesName[];
  /** What is drawn in as its levels. */
  level: keyof Levels | null;
  unit: 'ns' | 'ppb';
}

export const chartKinds: Readonly<Record<ChartKind, Chart>> = {
  offset: {
    title: 'Offset',
    help: 'From the master: as the clock believes it, and as it truly is',
    series: ['offset', 'trueOffset'],
    compared: ['offset', 'trueOffset'],
    level: 'offset',
    unit: 'ns',
  },
  delay: {
    title: 'Path delay',
    help: 'Mean path delay that the clock reckons with',
    series: ['delay'],
    compared: ['delay'],
    level: 'delay',
    unit: 'ns',
  },
  frequency: {
    title: 'Frequency',
    help: 'What the servo has set the frequency to',
    series: ['frequency'],
    compared: ['frequency'],
    level: null,
    unit: 'ppb',
  },
  packets: {
    title: 'Packet delay',
    help: 'Of messages from the master and to it: by the stamps of the clocks, and as it truly is',
    series: ['forward', 'backward', 'trueForward', 'trueBackward'],
    compared: ['trueBackward', 'trueForward'],
    level: null,
    unit: 'ns',
  },
};

/** The series of a chart that are drawn of so many clocks. */
export const seriesOf = (kind: ChartKind, clocks: number): readonly PtpSeriesName[] =>
  clocks > 1 ? chartKinds[kind].compared : chartKinds[kind].series;

/** Words for a series, and how its line looks beside the others of its chart. */
export const seriesLooks: Record<PtpSeriesName, { title: string; dash: readonly number[]; shade: number }> = {
  offset: { title: 'believed', dash: [4, 3], shade: 0 },
  trueOffset: { title: 'true', dash: [], shade: 1 },
  delay: { title: 'mean', dash: [], shade: 0 },
  frequency: { title: 'set', dash: [], shade: 0 },
  forward: { title: 't2 - t1', dash: [4, 3], shade: 0 },
  backward: { title: 't4 - t3', dash: [4, 3], shade: 2 },
  trueForward: { title: 'true there', dash: [], shade: 1 },
  trueBackward: { title: 'true back', dash: [], shade: 3 },
};

/** Series by their whole names, for lists. */
export const seriesTitles: Record<PtpSeriesName, string> = {
  offset: 'Offset, believed',
  trueOffset: 'Offset, true',
  delay: 'Mean path delay',
  frequency: 'Frequency',
  forward: 't2 - t1',
  backward: 't4 - t3',
  trueForward: 'Delay from the master, true',
  trueBackward: 'Delay to the master, true',
};
