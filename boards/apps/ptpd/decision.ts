/** The state decision (IEEE 1588-2008, clause 9.3.3, figure 26): what each port is to be, and why, in words. */
import { compare, foreignDataSet, ownDataSet, type Comparison } from './bmca';
import { bestOf } from './foreign';
import { sameIdentity, type Clock, type Foreign, type Port } from './own';
import { PortState, type Decision } from './types';

/** Ebest: the best of the masters that ports hear, and the port that hears it. */
export interface Best {
  master: Foreign;
  port: Port;
}

/** Classes up to that are of clocks with a reference of their own, which follow nobody (clause 7.6.2.4). */
const LAST_REFERENCE_CLASS = 127;

export const isUp = ({ ds }: Port): boolean => ds.portState >= PortState.Listening;

/** Ebest of a clock (clause 9.3.2.4); null: no port hears a qualified master. */
export function bestOfAll(clock: Clock): Best | null {
  let best: Best | null = null;
  for (const port of clock.ports) {
    const master = isUp(port) ? bestOf(port) : null;
    if (master && (!best || compareMasters({ master, port }, best).order < 0)) best = { master, port };
  }
  return best;
}

const dataSetOf = ({ master, port }: Best) => foreignDataSet(master, port.ds.portIdentity);
const compareMasters = (a: Best, b: Best): Comparison => compare(dataSetOf(a), dataSetOf(b));

/**
 * What a port is to be.
 *
 * @param best Ebest
 * @param timedOut it has waited long enough for a master
 */
export function decideFor(clock: Clock, port: Port, best: Best | null, timedOut: boolean): Decision {
  const decision = decideAlone(clock, port, best, timedOut);
  if (port.sharedNs < 0 || !decision.code.startsWith('M')) return decision;
  return { ...nothing, code: 'P2', text: 'another port of this clock leads here' };
}

/** The same, as if no other port of the clock were at its segment. */
function decideAlone(clock: Clock, port: Port, best: Best | null, timedOut: boolean): Decision {
  const { config, defaultDS } = clock;
  if (config.masterOnly) return { ...nothing, code: 'M2', text: 'master only: never follows another clock' };
  if (defaultDS.slaveOnly)
    return best?.port === port ? followBest(clock, best) : { ...nothing, text: 'slave only: waits for a master' };
  if (!best && port.ds.portState === PortState.Listening && !timedOut)
    return { ...nothing, text: 'listens: no master is heard yet' };

  const own = ownDataSet(defaultDS);
  const heard = bestOf(port);
  if (defaultDS.clockQuality.clockClass <= LAST_REFERENCE_CLASS) {
    if (!heard) return { ...nothing, code: 'M1', text: 'no master is heard here' };
    const comparison = compare(own, dataSetOf({ master: heard, port }));
    const [we, they] = ['this clock', nameOf(heard)];
    if (comparison.order < 0) return { ...why(comparison), code: 'M1', text: inWords(comparison, we, they) };
    const text = `${inWords(comparison, we, they)}, but clocks of class ${defaultDS.clockQuality.clockClass} follow nobody`;
    return { ...why(comparison), code: 'P1', text };
  }
  if (!best) return { ...nothing, code: 'M2', text: 'no master is heard: this clock is the best' };
  const comparison = compare(own, dataSetOf(best));
  if (comparison.order < 0) {
    return { ...why(comparison), code: 'M2', text: inWords(comparison, 'this clock', nameOf(best.master)) };
  }
  if (best.port === port) return followBest(clock, best);
  if (heard) {
    const others = compareMasters(best, { master: heard, port });
    if (others.topology)
      return { ...why(others), code: 'P2', text: `another port hears ${nameOf(best.master)} by a shorter way` };
  }
  return { ...nothing, code: 'M3', text: `leads here: ${best.port.interface} follows ${nameOf(best.master)}` };
}

/** Nothing was compared; the port stays, or waits. */
const nothing: Decision = { code: 'listening', field: '', values: null, text: '' };

/** S1: against this clock, and by what the next best of the port's masters was beaten. */
function followBest(clock: Clock, best: Best): Decision {
  const we = compare(ownDataSet(clock.defaultDS), dataSetOf(best));
  const runnerUp = nextBest(best);
  const reason = clock.defaultDS.slaveOnly
    ? `slave only: follows ${nameOf(best.master)}`
    : inWords(we, 'this clock', nameOf(best.master));
  if (!runnerUp) return { ...(clock.defaultDS.slaveOnly ? nothing : why(we)), code: 'S1', text: reason };
  const others = compareMasters(best, { master: runnerUp, port: best.port });
  return { ...why(others), code: 'S1', text: `${reason}; ${inWords(others, nameOf(best.master), nameOf(runnerUp))}` };
}

function nextBest({ master, port }: Best): Foreign | null {
  return bestOf({ ...port, foreign: port.foreign.filter(({ source }) => !sameIdentity(source, master.source)) });
}

/** The field that decided, and its values, the better one first. */
const why = ({ order, field, values: [a, b] }: Comparison): Pick<Decision, 'field' | 'values'> => ({
  field,
  values: order <= 0 ? [a, b] : [b, a],
});

/** "priority1 100 of 0a00…0001 beats 128 of this clock". */
function inWords(comparison: Comparison, a: string, b: string): string {
  const { order, field } = comparison;
  const { values } = why(comparison);
  const [better, worse] = order <= 0 ? [a, b] : [b, a];
  if (field === 'identity') return `identity of ${better} is lower than that of ${worse}`;
  if (field === 'topology' || field === 'same') return `${better} is nearer than ${worse}`;
  return `${field} ${values![0]} of ${better} beats ${values![1]} of ${worse}`;
}

const nameOf = ({ announce }: Foreign): string => shortened(announce.grandmasterIdentity);
const shortened = (identity: string): string => `${identity.slice(0, 4)}…${identity.slice(-4)}`;
