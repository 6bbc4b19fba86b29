/** Networks of boundary clocks, whatever their cables: what elections leave of them is a tree (IEEE 1588-2008, clause 9.3). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bench, stateOf, type Node } from './simulation';

/** Each clock's priority, and the segments that its ports are at. */
const networks = fc.array(
  fc.record({
    priority1: fc.integer({ min: 1, max: 3 }),
    segments: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 2, maxLength: 6 },
);

/** The clocks that can hear each other, by way of others. */
function reachable(nodes: readonly Node[], from: Node): Node[] {
  const found = [from];
  for (const node of found) {
    for (const other of nodes) {
      if (!found.includes(other) && other.segments.some((segment) => node.segments.includes(segment)))
        found.push(other);
    }
  }
  return found;
}

/** The best: by priority, then by identity, in the order of which the bench has them. */
const bestOf = (nodes: readonly Node[]): Node =>
  nodes.reduce((best, node) => {
    const by = ({ clock }: Node) => clock.defaultDS.priority1;
    return by(node) < by(best) || (by(node) === by(best) && nodes.indexOf(node) < nodes.indexOf(best)) ? node : best;
  });

function expectTree(nodes: readonly Node[]): void {
  for (const node of nodes) {
    const known = reachable(nodes, node).sort((a, b) => nodes.indexOf(a) - nodes.indexOf(b));
    const best = bestOf(known);
    expect(node.clock.parentDS.grandmasterIdentity).toBe(best.clock.defaultDS.clockIdentity);
    const states = node.segments.map((_, port) => stateOf(node, port));
    expect(states.filter((state) => state === 'Slave')).toHaveLength(node === best ? 0 : 1);
    for (const state of states) expect(['Master', 'Slave', 'Passive']).toContain(state);
  }
  for (const segment of new Set(nodes.flatMap(({ segments }) => segments))) {
    const leaders = nodes.filter((node) =>
      node.segments.some((each, port) => each === segment && stateOf(node, port) === 'Master'),
    );
    expect(leaders).toHaveLength(1);
  }
}

test('one clock leads each segment, and all follow the best, each by one port; also when the best has died', () => {
  fc.assert(
    fc.property(networks, (clocks) => {
      const bench = new Bench();
      const nodes = clocks.map(({ priority1, segments }) =>
        bench.add({ priority1, syncIntervalMs: 8000, logMinDelayReqInterval: 5 }, { segments }),
      );
      bench.run(60);
      expectTree(nodes);
      const best = bestOf(nodes);
      best.on = false;
      // Where clocks are in a ring, word of the dead one goes round until it has come 255 steps (clause 9.3.2.5); who is as far
      // from it then waits as many intervals to lead.
      bench.run(900);
      expectTree(nodes.filter((node) => node !== best));
    }),
    { numRuns: 12 },
  );
});
