/** POSIX timers (manual 2.6). */
import type { Kernel } from '../kernel';

export interface PosixTimer {
  id: number;
}

/** Its tick has come. */
export function expireTimer(_k: Kernel, _id: number): void {}
