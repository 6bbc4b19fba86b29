/** Virtual time against the wall's. */
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

  /** Milliseconds of the wall until a virtual time is due; negative when it is over. */
  untilMs(virtualNs: number, wall: number): number {
    return this.speed === null ? 0 : (virtualNs - this.targetNs(wall)) / (1e6 * this.speed);
  }
}
