/** Virtual time against the wall's. */
import type { Bench } from '../../boards/bench';

/** Boards that somebody outside is joined to run so far ahead at most when they have nothing to do. */
export const AHEAD_NS = 200_000;
/** Boards that are so far behind do not try to make good for it later. */
const MOST_BEHIND_MS = 100;

export class Pace {
  private wall = 0;
  private virtualNs = 0;

  /** @param speed multiple of real time; null is flat out */
  constructor(public speed: number | null) {}

  /** From here on. */
  start(virtualNs: number): void {
    this.wall = performance.now();
    this.virtualNs = virtualNs;
  }

  /** Virtual time that the boards should have come to. */
  targetNs(wall: number): number {
    return this.speed === null ? Infinity : this.virtualNs + (wall - this.wall) * 1e6 * this.speed;
  }

  /** Milliseconds of the wall's time until the boards are to run on. */
  delayMs({ dozed, nextNs, timeNs }: Pick<Bench, 'dozed' | 'nextNs' | 'timeNs'>, wall: number): number {
    if (this.speed === null) return 0;
    const delay = ((dozed === null ? timeNs : nextNs - AHEAD_NS) - this.targetNs(wall)) / (1e6 * this.speed);
    if (delay < -MOST_BEHIND_MS) this.start(timeNs);
    return delay;
  }
}
