/** Measuring on a machine that does other things too: candidates take turns, and the best of each counts. */

export interface Candidate {
  /** Does its work once. */
  run: () => void;
  /** Outside of the measured time, before each run. */
  prepare?: () => void;
}

/**
 * Runs the candidates in turns and gives the best time of each, in milliseconds.
 *
 * @param rounds turns that count; as many before them warm up
 */
export function bestTimes(candidates: readonly Candidate[], rounds: number): number[] {
  const best = candidates.map(() => Infinity);
  for (let round = -rounds; round < rounds; round++) {
    candidates.forEach(({ run, prepare }, i) => {
      prepare?.();
      const start = performance.now();
      run();
      const ms = performance.now() - start;
      if (round >= 0) best[i] = Math.min(best[i]!, ms);
    });
  }
  return best;
}
