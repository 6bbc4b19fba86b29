/** How fast a machine runs: virtual seconds and events per wall second, over the last half second. */
const SPAN_MS = 500;

interface Sample {
  wall: number;
  virtualNs: number;
  events: number;
}

export class Rate {
  private readonly samples: Sample[] = [];

  add(wall: number, virtualNs: number, events: number): void {
    this.samples.push({ wall, virtualNs, events });
    while (this.samples.length > 2 && wall - this.samples[1]!.wall > SPAN_MS) this.samples.shift();
  }

  get speed(): number {
    return this.per((sample) => sample.virtualNs / 1e9);
  }

  get events(): number {
    return this.per((sample) => sample.events);
  }

  private per(of: (sample: Sample) => number): number {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || !last || last.wall <= first.wall) return 0;
    return ((of(last) - of(first)) * 1000) / (last.wall - first.wall);
  }
}
