/** Networks of boundary clocks, whatever their cables: what elections leave of them is a tree (IEEE 1588-2008, clause 9.3). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkChanged } from './clock';
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

test('one clock leads each segment, and all follow the best, each by one port; also when it has died, and as cables flap', () => {
  fc.assert(
    fc.property(networks, fc.array(fc.nat(17), { maxLength: 8 }), (clocks, cables) => {
      const bench = new Bench();
      const nodes = clocks.map(({ priority1, segments }) =>
        bench.add({ priority1, syncIntervalMs: 8000, logMinDelayReqInterval: 5 }, { segments: [...segments] }),
      );
      bench.run(60);
      expectTree(nodes);
      // What the dead one has said does not go round in rings of clocks: they are in its path (clause 16.2).
      const best = bestOf(nodes);
      best.on = false;
      bench.run(60);
      const others = nodes.filter((node) => node !== best);
      expectTree(others);
      // Cables that are pulled are plugged in again, some within an Announce interval.
      const flip = (node: Node, port: number) => {
        const isOut = node.segments[port] === '';
        node.segments[port] = isOut ? clocks[nodes.indexOf(node)]!.segments[port]! : '';
        bench.perform(node, linkChanged(node.clock, port, isOut, bench.nowNs));
        bench.run(0.7);
      };
      for (const cable of others.length > 0 ? cables : []) {
        const node = others[cable % others.length]!;
        flip(node, cable % node.segments.length);
      }
      for (const node of others)
        for (const [port, segment] of node.segments.entries()) if (segment === '') flip(node, port);
      bench.run(60);
      expectTree(others);
    }),
    { numRuns: 12 },
  );
});
