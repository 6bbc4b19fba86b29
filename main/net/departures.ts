/** What is to happen at exact times of the wall's clock (wallNs), a little ahead: frames leave. */
import { wallNs } from '../machine/wall';

interface Departure {
  dueNs: number;
  leave: (lateNs: number) => void;
}

/** Timers are late by so much at most, mostly; the rest of the time is waited in turns of the event loop. */
const TIMER_NS = 2_000_000;

export class Departures {
  /** In the order of their times. */
  private readonly waiting: Departure[] = [];
  private cancel: (() => void) | null = null;

  /** Calls `leave` at a time, at once if that is past, with the nanoseconds by which it is late. */
  add(dueNs: number, leave: (lateNs: number) => void): void {
    const { waiting } = this;
    if (waiting.length === 0 && dueNs <= wallNs()) return leave(wallNs() - dueNs);
    let at = waiting.length;
    while (at > 0 && waiting[at - 1]!.dueNs > dueNs) at--;
    waiting.splice(at, 0, { dueNs, leave });
    if (at === 0) this.await();
  }

  private await(): void {
    this.cancel?.();
    this.cancel = null;
    const first = this.waiting[0];
    if (!first) return;
    const next = () => this.pass();
    const left = first.dueNs - wallNs();
    if (left < TIMER_NS) {
      const immediate = setImmediate(next);
      this.cancel = () => clearImmediate(immediate);
    } else {
      const timeout = setTimeout(next, (left - TIMER_NS) / 1e6);
      this.cancel = () => clearTimeout(timeout);
    }
  }

  private pass(): void {
    for (let now = wallNs(); this.waiting.length > 0 && this.waiting[0]!.dueNs <= now; now = wallNs()) {
      const { dueNs, leave } = this.waiting.shift()!;
      leave(now - dueNs);
    }
    this.await();
  }

  /** Nothing leaves any more. */
  close(): void {
    this.waiting.length = 0;
    this.cancel?.();
  }
}
