/** Cancellation of threads and tasks (manual 2.1.7 to 2.1.9, 2.8.9 to 2.8.12). */
import type { Kernel } from '../kernel';
import type { Tcb } from '../state';

/** `state` and `type` are NuttX's numbers: 0 is enabled, and deferred. */
export interface Cancellation {
  state: number;
  type: number;
  /** It was asked to go and has not gone yet. */
  pending: boolean;
}

export const newCancellation = (): Cancellation => ({ state: 0, type: 0, pending: false });

/** At a cancellation point of a task with a cancellation pending: it goes, unless it does not let itself be cancelled. */
export function atCancellationPoint(_k: Kernel, _tcb: Tcb): boolean {
  return false;
}

/**
 * Asks a thread to go (NuttX: nxnotify_cancellation). True when it goes later by itself, false when the caller has to end
 * it now.
 */
export function cancelTask(_k: Kernel, _tcb: Tcb): boolean {
  return false;
}
