/** The data set comparison (IEEE 1588-2008, clause 9.3.4): which of two clocks is the better master, and by what. */
import type { ClockQuality, PortIdentity } from './messages';
import type { DefaultDS, ForeignMaster } from './types';

/** What is compared of a clock (table 12). */
export interface DataSet {
  priority1: number;
  quality: ClockQuality;
  priority2: number;
  /** Of its grandmaster. */
  identity: string;
  stepsRemoved: number;
  /** Who has sent it, and the port that has got it; a clock's own have port 0. */
  sender: PortIdentity;
  receiver: PortIdentity;
}

/** What a comparison of a with b has found. */
export interface Comparison {
  /** Below 0: a is better; above: b is. */
  order: number;
  /** Both have the same grandmaster, by paths as long: the better one is so by topology only. */
  topology: boolean;
  /** `priority1`, ..., `identity`, `stepsRemoved`, `topology`; `same`: it is one and the same message. */
  field: string;
  /** Of a and of b, as text. */
  values: readonly [string, string];
}

/** D0 (clause 9.3.4): the clock itself. */
export const ownDataSet = (ds: DefaultDS): DataSet => ({
  priority1: ds.priority1,
  quality: ds.clockQuality,
  priority2: ds.priority2,
  identity: ds.clockIdentity,
  stepsRemoved: 0,
  sender: { clock: ds.clockIdentity, port: 0 },
  receiver: { clock: ds.clockIdentity, port: 0 },
});

/** A master that a port hears. */
export const foreignDataSet = ({ announce, source }: ForeignMaster, receiver: PortIdentity): DataSet => ({
  priority1: announce.grandmasterPriority1,
  quality: announce.grandmasterClockQuality,
  priority2: announce.grandmasterPriority2,
  identity: announce.grandmasterIdentity,
  stepsRemoved: announce.stepsRemoved,
  sender: source,
  receiver,
});

/** The fields of figure 27, one after the other; the lower value is the better one. */
const fields: readonly [name: string, value: (set: DataSet) => number][] = [
  ['priority1', (set) => set.priority1],
  ['clockClass', (set) => set.quality.clockClass],
  ['clockAccuracy', (set) => set.quality.clockAccuracy],
  ['offsetScaledLogVariance', (set) => set.quality.offsetScaledLogVariance],
  ['priority2', (set) => set.priority2],
];

/** Compares two data sets: figures 27 and 28. */
export function compare(a: DataSet, b: DataSet): Comparison {
  if (a.identity === b.identity) return compareTopology(a, b);
  for (const [field, value] of fields) {
    const order = value(a) - value(b);
    if (order !== 0) return { order, topology: false, field, values: [`${value(a)}`, `${value(b)}`] };
  }
  return {
    order: alphabetical(a.identity, b.identity),
    topology: false,
    field: 'identity',
    values: [a.identity, b.identity],
  };
}

/** Both are of one grandmaster: the shorter path counts, and where none is shorter the ports at its ends do. */
function compareTopology(a: DataSet, b: DataSet): Comparison {
  const difference = a.stepsRemoved - b.stepsRemoved;
  const steps = [`${a.stepsRemoved}`, `${b.stepsRemoved}`] as const;
  if (Math.abs(difference) > 1) return { order: difference, topology: false, field: 'stepsRemoved', values: steps };
  if (difference !== 0) {
    // The longer path may come through this very clock: by whether its sender or its receiver comes first, all decide alike.
    const longer = difference > 0 ? a : b;
    const order = alphabetical(longer.receiver.clock, longer.sender.clock);
    if (order === 0) return { order: 0, topology: true, field: 'same', values: steps };
    return { order: difference, topology: order > 0, field: 'stepsRemoved', values: steps };
  }
  const senders = alphabetical(a.sender.clock, b.sender.clock) || a.sender.port - b.sender.port;
  if (senders !== 0)
    return { order: senders, topology: true, field: 'topology', values: [named(a.sender), named(b.sender)] };
  const receivers = a.receiver.port - b.receiver.port;
  const field = receivers === 0 ? 'same' : 'topology';
  return { order: receivers, topology: true, field, values: [`port ${a.receiver.port}`, `port ${b.receiver.port}`] };
}

const alphabetical = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const named = ({ clock, port }: PortIdentity): string => `${clock}-${port}`;
