/** Which cells changed in the last step: what the highlight in the tables is made from. */
import type { Snapshot } from '../main/contract/target';

/** The stop the machine stands at (or stood at last), and the stop before it. */
export interface Stops {
  last: Snapshot | null;
  previous: Snapshot | null;
}

/** The stops after a snapshot has arrived. Snapshots of a running machine are no stops. */
export function nextStops(stops: Stops, snapshot: Snapshot): Stops {
  if (stops.last !== null && stops.last.generation !== snapshot.generation) stops = { last: null, previous: null };
  if (snapshot.runState === 'running' || snapshot.runState === 'empty') return stops;
  // The same stop told again (another speed was chosen, say) keeps what it is compared with.
  if (stops.last !== null && sameMoment(stops.last, snapshot)) return { last: snapshot, previous: stops.previous };
  return { last: snapshot, previous: stops.last };
}

function sameMoment(a: Snapshot, b: Snapshot): boolean {
  return a.timeNs === b.timeNs && a.cycles === b.cycles && a.notes === b.notes;
}

/**
 * Tells whether a column's value differs from the previous stop's, for rows found by key. Everything about a row that
 * was not there before is new; without a previous stop nothing is.
 */
export function compareWith<Row>(
  previous: readonly Row[] | undefined,
  keyOf: (row: Row) => string | number,
): (row: Row, valueOf: (row: Row) => unknown) => boolean {
  if (previous === undefined) return () => false;
  const before = new Map(previous.map((row) => [keyOf(row), row]));
  return (row, valueOf) => {
    const old = before.get(keyOf(row));
    return old === undefined || valueOf(old) !== valueOf(row);
  };
}
