/**
 * A network link: a full-duplex cable between two ports, each way with what is wrong with it. All of it is plain data, and
 * every random number comes from a generator of the way's own, so that what happens to one frame does not depend on others.
 */
import { random32, seedRandom, type RandomState } from '../../kernel/random';

/** Of the way from the first end to the second, and of the one back. */
export type BothWays<T> = [forth: T, back: T];

export interface Jitter {
  shape: 'none' | 'uniform' | 'normal' | 'exponential';
  /** What half the width, the standard deviation, or the mean is. */
  ns: number;
}

export interface LinkSettings {
  /** The cable is whole. */
  up: boolean;
  bitsPerSecond: number;
  /** From the moment at which a bit has left one end until it is at the other; and what comes on top of it by chance. */
  delayNs: BothWays<number>;
  jitter: BothWays<Jitter>;
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

export const perfectLink = (): LinkSettings => ({
  up: true,
  bitsPerSecond: 100e6,
  delayNs: [0, 0],
  jitter: [
    { shape: 'none', ns: 0 },
    { shape: 'none', ns: 0 },
  ],
  loss: [0, 0],
  duplicate: [0, 0],
  reorder: [0, 0],
  corrupt: [0, 0],
});

export const createWay = (seed: number): Way => ({
  random: seedRandom(seed),
  lastNs: -Infinity,
  counts: { frames: 0, bytes: 0, delivered: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0, dropped: 0 },
});

/** Nanoseconds that so many bytes take. */
export const wireNs = (bytes: number, { bitsPerSecond }: LinkSettings): number => (bytes * 8e9) / bitsPerSecond;

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
  return wireNs(PREAMBLE + SHORTEST + CHECK, settings) + Math.max(0, settings.delayNs[way] - earlier);
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
  const { counts } = way;
  const chance = (share: number) => share > 0 && uniform(way) < share;
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
  const delay = Math.max(0, settings.delayNs[index] + jitterNs(settings.jitter[index], way));
  let lastNs = startNs + frameNs + delay;
  if (held) lastNs += uniform(way) * HELD_FRAMES * wireNs(PREAMBLE + LONGEST + CHECK + GAP, settings);
  // Chance alone lets no frame overtake another.
  else lastNs = way.lastNs = Math.max(lastNs, way.lastNs + wholeNs);
  const arrival = {
    bytes: damaged ? damage(bytes, way) : bytes,
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

/** A number from 0 up to 1. */
const uniform = ({ random }: Way): number => (random32(random) >>> 0) / 2 ** 32;

function jitterNs({ shape, ns }: Jitter, way: Way): number {
  switch (shape) {
    case 'none':
      return 0;
    case 'uniform':
      return Math.round((2 * uniform(way) - 1) * ns);
    case 'normal':
      return Math.round(Math.max(-WIDEST, Math.min(WIDEST, normal(way))) * ns);
    case 'exponential':
      return Math.round(-Math.log(1 - uniform(way)) * ns);
  }
}

/** Box and Muller's. */
const normal = (way: Way): number => Math.sqrt(-2 * Math.log(1 - uniform(way))) * Math.cos(2 * Math.PI * uniform(way));

/** Some bits of it, one behind the other, are wrong. */
function damage(bytes: Uint8Array, way: Way): Uint8Array {
  const damaged = bytes.slice();
  const wrong = 1 + Math.floor(uniform(way) * WRONG_BITS);
  const first = Math.floor(uniform(way) * (bytes.length * 8 - wrong));
  for (let bit = first; bit < first + wrong; bit++) damaged[bit >> 3]! ^= 1 << (bit & 7);
  return damaged;
}
