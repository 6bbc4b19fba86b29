/**
 * A network link: a full-duplex cable between two ports, each way with what is wrong with it. All of it is plain data, and
 * every random number comes from a generator of the way's own, so that what happens to one frame does not depend on others.
 */
import { seedRandom, uniform, type RandomState } from '../../kernel/random';
import { exponential, normal } from './chance';

/** Of the way from the first end to the second, and of the one back. */
export type BothWays<T> = [forth: T, back: T];

export interface Jitter {
  shape: 'none' | 'uniform' | 'normal' | 'exponential';
  /** What half the width, the standard deviation, or the mean is. */
  ns: number;
}

/** Every so often, frames take longer for a while; both times by chance (Gilbert and Elliott's model). */
export interface Bursts {
  /** Means of the time between two bursts, and of that which one lasts; 0 between two: there is none. */
  everyNs: number;
  lastingNs: number;
  /** What it adds to the delay of each frame that begins then. */
  delayNs: number;
}

/** Other traffic: frames that are of no board. */
export interface Load {
  /** Of what the link carries, preambles and gaps included: 0 to {@link MOST_LOAD}. */
  share: number;
  /** Bytes of a frame, without check sequence: one of these, each as likely as the others. */
  sizes: readonly number[];
}

export interface LinkSettings {
  /** The cable is whole. */
  up: boolean;
  bitsPerSecond: number;
  /** From the moment at which a bit has left one end until it is at the other; and what comes on top of it by chance. */
  delayNs: BothWays<number>;
  jitter: BothWays<Jitter>;
  bursts: BothWays<Bursts>;
  /** By how much longer the way forth takes than the way back, on top of the delay; below zero, the way back takes longer. */
  asymmetryNs: number;
  /** Other traffic, which frames wait for before they begin: in the sender's queue, behind a board's port on their way. */
  load: BothWays<Load>;
  /** Shares of the frames, 0 to 1: never arrive, arrive twice, are held back until others have passed, arrive damaged. */
  loss: BothWays<number>;
  duplicate: BothWays<number>;
  reorder: BothWays<number>;
  corrupt: BothWays<number>;
}

/** Frames (and bytes, without check sequence) of one way. */
export interface LinkCounts {
  /** Given to the link, and what became of them; duplicates are delivered, too. */
  frames: number;
  bytes: number;
  delivered: number;
  lost: number;
  duplicated: number;
  reordered: number;
  corrupted: number;
  /** Not given to the link, which was down, or had too many of them waiting. */
  dropped: number;
}

/** One way of a link. */
export interface Way {
  random: RandomState;
  /** When the last bit of the last frame that kept its place has arrived: none overtakes it. */
  lastNs: number;
  /** There was a burst of delay then. */
  burst: { on: boolean; atNs: number };
  counts: LinkCounts;
}

/** A frame at the far end of a link: when the end of its start delimiter passes the port there, and its last bit. */
export interface Transit {
  bytes: Uint8Array;
  startNs: number;
  lastNs: number;
  damaged: boolean;
}

/** Bytes on the wire before a frame, and behind it: preamble and start delimiter, check sequence, gap. */
export const PREAMBLE = 8;
export const CHECK = 4;
export const GAP = 12;
/** Bytes of a frame, without its check sequence: what is shorter is padded, what is longer has no place on a wire. */
export const SHORTEST = 60;
export const LONGEST = 1518;

/** With more than that to send, what waits grows without end. */
export const MOST_LOAD = 0.99;
/** Of a network of mostly large frames: ITU-T G.8261, appendix VI, traffic model 2. */
export const usualSizes: readonly number[] = [1514, 1514, 1514, 1514, 1514, 1514, 572, 60, 60, 60];

/** The same for each way. */
export const bothWays = <T>(make: () => T): BothWays<T> => [make(), make()];

export const perfectLink = (): LinkSettings => ({
  up: true,
  bitsPerSecond: 100e6,
  delayNs: [0, 0],
  jitter: bothWays(() => ({ shape: 'none', ns: 0 })),
  bursts: bothWays(() => ({ everyNs: 0, lastingNs: 0, delayNs: 0 })),
  asymmetryNs: 0,
  load: bothWays(() => ({ share: 0, sizes: usualSizes })),
  loss: [0, 0],
  duplicate: [0, 0],
  reorder: [0, 0],
  corrupt: [0, 0],
});

export const createWay = (seed: number): Way => ({
  random: seedRandom(seed),
  lastNs: -Infinity,
  burst: { on: false, atNs: 0 },
  counts: { frames: 0, bytes: 0, delivered: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0, dropped: 0 },
});

/** Nanoseconds that so many bytes take. */
export const wireNs = (bytes: number, { bitsPerSecond }: Pick<LinkSettings, 'bitsPerSecond'>): number =>
  (bytes * 8e9) / bitsPerSecond;

/** The delay that every frame has. */
const delayOf = ({ delayNs, asymmetryNs }: LinkSettings, way: 0 | 1): number =>
  delayNs[way] + Math.max(0, way === 0 ? asymmetryNs : -asymmetryNs);

/** Standard deviations of a normal distribution beyond which nothing is. */
const WIDEST = 4;
/** A frame that is held back is overtaken by what would follow within so many of the longest frames, at most. */
const HELD_FRAMES = 4;
/** Bits in a row that are wrong in a damaged frame, at most: a check sequence finds all bursts of its own length. */
const WRONG_BITS = 32;

/** A frame that begins arrives with its last bit no earlier than that after its beginning. */
export function leastNs(settings: LinkSettings, way: 0 | 1): number {
  const { shape, ns } = settings.jitter[way];
  const earlier = shape === 'uniform' ? ns : shape === 'normal' ? WIDEST * ns : 0;
  return wireNs(PREAMBLE + SHORTEST + CHECK, settings) + Math.max(0, delayOf(settings, way) - earlier);
}

/**
 * What arrives of a frame at the far end of a link, in the order of its copies; nothing when it is lost. Without anything
 * to chance its last bit arrives exactly (8 + length + 4) * 8 / rate + delay after it began.
 *
 * @param bytes padded to {@link SHORTEST}; nobody writes to them
 * @param startNs when the end of its start delimiter passed the port of the sender
 */
export function transfer(
  settings: LinkSettings,
  index: 0 | 1,
  way: Way,
  bytes: Uint8Array,
  startNs: number,
): Transit[] {
  const { counts, random } = way;
  const chance = (share: number) => share > 0 && uniform(random) < share;
  if (!settings.up) {
    counts.dropped++;
    return [];
  }
  counts.frames++;
  counts.bytes += bytes.length;
  if (chance(settings.loss[index])) {
    counts.lost++;
    return [];
  }
  const damaged = chance(settings.corrupt[index]);
  if (damaged) counts.corrupted++;
  const held = chance(settings.reorder[index]);
  if (held) counts.reordered++;
  const frameNs = wireNs(bytes.length + CHECK, settings);
  const wholeNs = wireNs(PREAMBLE, settings) + frameNs + wireNs(GAP, settings);
  const burst = burstNs(settings.bursts[index], way, startNs);
  const delay = Math.max(0, delayOf(settings, index) + jitterNs(settings.jitter[index], random)) + burst;
  let lastNs = startNs + frameNs + delay;
  if (held) lastNs += uniform(random) * HELD_FRAMES * wireNs(PREAMBLE + LONGEST + CHECK + GAP, settings);
  // Chance alone lets no frame overtake another.
  else lastNs = way.lastNs = Math.max(lastNs, way.lastNs + wholeNs);
  const arrival = {
    bytes: damaged ? damage(bytes, random) : bytes,
    damaged,
    startNs: lastNs - frameNs,
    lastNs,
  };
  counts.delivered++;
  if (!chance(settings.duplicate[index])) return [arrival];
  counts.duplicated++;
  counts.delivered++;
  const copy = { ...arrival, startNs: arrival.startNs + wholeNs, lastNs: lastNs + wholeNs };
  if (!held) way.lastNs = copy.lastNs;
  return [arrival, copy];
}

function jitterNs({ shape, ns }: Jitter, random: RandomState): number {
  switch (shape) {
    case 'none':
      return 0;
    case 'uniform':
      return Math.round((2 * uniform(random) - 1) * ns);
    case 'normal':
      return Math.round(Math.max(-WIDEST, Math.min(WIDEST, normal(random))) * ns);
    case 'exponential':
      return Math.round(exponential(random) * ns);
  }
}

/** What is between two frames is known from how a chain of two states forgets the one that it was in. */
function burstNs({ everyNs, lastingNs, delayNs }: Bursts, { burst, random }: Way, startNs: number): number {
  if (everyNs === 0 || lastingNs === 0) return 0;
  const share = lastingNs / (everyNs + lastingNs);
  const kept = Math.exp(-(startNs - burst.atNs) * (1 / everyNs + 1 / lastingNs));
  burst.on = uniform(random) < share + (Number(burst.on) - share) * kept;
  burst.atNs = startNs;
  return burst.on ? delayNs : 0;
}

/** Some bits of it, one behind the other, are wrong. */
function damage(bytes: Uint8Array, random: RandomState): Uint8Array {
  const damaged = bytes.slice();
  const wrong = 1 + Math.floor(uniform(random) * WRONG_BITS);
  const first = Math.floor(uniform(random) * (bytes.length * 8 - wrong));
  for (let bit = first; bit < first + wrong; bit++) damaged[bit >> 3]! ^= 1 << (bit & 7);
  return damaged;
}
