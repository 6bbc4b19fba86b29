/** Virtual time against the wall's. */
import type { Bench } from '../../boards/bench';
import { wallNs } from './wall';

/**
 * Boards that somebody outside is joined to run so far ahead at most when they have nothing to do: there is time then to
 * work out what they send, and it can leave when it should.
 */
export const AHEAD_NS = 2_000_000;
/** Boards that are so far behind do not try to make good for it later: whoever is outside finds that their clocks have stood. */
const MOST_BEHIND_MS = 1000;

export class Pace {
  /** Nanoseconds of the wall's time and virtual time at the same moment. */
  private wall = 0;
  private virtualNs = 0;

  /** @param speed multiple of real time; null is flat out */
  constructor(public speed: number | null) {}

  /** From here on. */
  start(virtualNs: number): void {
    this.wall = wallNs();
    this.virtualNs = virtualNs;
  }

  /** Virtual time that the boards should have come to at a time of the wall; what was before the start is at the start. */
  targetNs(wall = wallNs()): number {
    return this.speed === null ? Infinity : this.virtualNs + Math.max(0, wall - this.wall) * this.speed;
  }

  /** The wall's time that a virtual time stands for. */
  wallNsOf(virtualNs: number): number {
    return this.speed === null ? -Infinity : this.wall + (virtualNs - this.virtualNs) / this.speed;
  }

  /** Milliseconds of the wall's time until the boards are to run on. */
  delayMs({ dozed, nextNs, timeNs }: Pick<Bench, 'dozed' | 'nextNs' | 'timeNs'>): number {
    if (this.speed === null) return 0;
    const delay = ((dozed === null ? timeNs : nextNs - AHEAD_NS) - this.targetNs()) / (1e6 * this.speed);
    if (delay < -MOST_BEHIND_MS) this.start(timeNs);
    return delay;
  }
}
