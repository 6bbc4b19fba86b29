/** A daemon's state is in the board's RAM and in what it was given: it goes back, and on from there, as everything does. */
import { expect, test } from 'vitest';
import { PtpBench } from './boards';

test('going back and on again, and running in pieces, comes to the same state', async () => {
  const bench = await PtpBench.pair([{ ppm: 25 }, { ppm: -25, wanderPpb: 5 }], { delayNs: [5000, 4000] });
  const { bench: made } = bench;
  bench.runTo(6);
  const checkpoint = made.checkpoint();
  bench.runTo(20);
  const { position } = made;
  const [hash, shown] = [made.hash(), JSON.stringify([bench.shown(0), bench.shown(1)])];

  made.restore(checkpoint);
  // What a daemon shows is there without its having run since.
  expect(bench.shown(1).clock.ports[0]!.lastAnnounceNs).toBeLessThan(6e9);
  while (made.position < position) made.run({ entries: Math.min(position, made.position + 997) });
  expect(made.hash()).toBe(hash);
  expect(JSON.stringify([bench.shown(0), bench.shown(1)])).toBe(shown);

  // Again from the beginning.
  made.reset();
  bench.runTo(20);
  expect(made.hash()).toBe(hash);
});
