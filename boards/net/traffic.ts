/**
 * Other traffic at a port that sends: frames that are of no board, and that nobody gets, but that take their turn. All that
 * is simulated of them is for how long the port has something to send, which is what the frames of boards wait for. They
 * come by themselves (a Poisson process), with lengths by chance.
 */
import { seedRandom, uniform, type RandomState } from '../../kernel/random';
import { exponential } from './chance';
import { CHECK, GAP, PREAMBLE, wireNs, type Load } from './link';

export interface Traffic {
  random: RandomState;
  load: Load;
  bitsPerSecond: number;
  /** Since when it has that load. */
  sinceNs: number;
  /** What has come up to that time is known, and when the next comes. */
  knownNs: number;
  nextNs: number;
}

export const createTraffic = (seed: number, load: Load, bitsPerSecond: number): Traffic => ({
  ...{ random: seedRandom(seed), load, bitsPerSecond },
  ...{ sinceNs: -Infinity, knownNs: 0, nextNs: 0 },
});

/** How often the memory of a queue, as it is known to fade at least, has to pass until nothing is left of it: to e^-10. */
const FORGOTTEN = 10;

/**
 * When all has left that has come up to a time.
 *
 * @param endNs when all would have left that is there already, if nothing else had come since; it may be long ago
 * @param roomNs what comes when more than that is there finds no room
 */
export function advance(traffic: Traffic, endNs: number, nowNs: number, roomNs: number): number {
  const { load, random } = traffic;
  const { share, sizes } = load;
  if (share === 0 || nowNs <= traffic.knownNs) {
    traffic.knownNs = Math.max(traffic.knownNs, nowNs);
    return endNs;
  }
  const { meanNs, residualNs } = lengthsOf(traffic);
  const gapNs = meanNs / share;
  const memoryNs = (2 * residualNs) / (1 - Math.sqrt(share)) ** 2;
  let end = endNs;
  if (nowNs - Math.max(end, traffic.knownNs) > FORGOTTEN * memoryNs) {
    end = nowNs + Math.min(roomNs, stationaryNs(traffic));
    traffic.nextNs = nowNs + exponential(random) * gapNs;
  } else {
    // It has only just begun.
    if (traffic.nextNs < traffic.knownNs) traffic.nextNs = traffic.knownNs + exponential(random) * gapNs;
    while (traffic.nextNs <= nowNs) {
      const comesNs = traffic.nextNs;
      if (end - comesNs <= roomNs) end = Math.max(end, comesNs) + frameNs(traffic, pick(sizes, random));
      traffic.nextNs += exponential(random) * gapNs;
    }
  }
  traffic.knownNs = nowNs;
  return end;
}

/** From a time on, up to which {@link advance} has been, it is another load, on a link of another rate. */
export function setLoad(traffic: Traffic, load: Load, bitsPerSecond: number, sinceNs: number): void {
  Object.assign(traffic, { load, bitsPerSecond, sinceNs, nextNs: 0 });
}

/**
 * For how long a port has still to send at any moment, when it has been so for long: by Pollaczek's and Khinchin's formula
 * a sum of what is left of so many frames, each cut anywhere.
 */
function stationaryNs(traffic: Traffic): number {
  const { random, load } = traffic;
  const longest = Math.max(...load.sizes);
  let ns = 0;
  while (uniform(random) < load.share) {
    // A longer frame is met more often.
    let size = pick(load.sizes, random);
    while (uniform(random) * wireBytes(longest) >= wireBytes(size)) size = pick(load.sizes, random);
    ns += uniform(random) * frameNs(traffic, size);
  }
  return ns;
}

/** Mean length of a frame, and of what is left of one that is met somewhere. */
function lengthsOf(traffic: Traffic): { meanNs: number; residualNs: number } {
  let [sum, squares] = [0, 0];
  for (const size of traffic.load.sizes) {
    const ns = frameNs(traffic, size);
    sum += ns;
    squares += ns * ns;
  }
  return { meanNs: sum / traffic.load.sizes.length, residualNs: squares / sum / 2 };
}

const wireBytes = (size: number): number => PREAMBLE + size + CHECK + GAP;

const frameNs = (traffic: Traffic, size: number): number => wireNs(wireBytes(size), traffic);

const pick = (sizes: readonly number[], random: RandomState): number =>
  sizes[Math.floor(uniform(random) * sizes.length)]!;
