/** Running signal handlers on the stack of the task that a signal is for (NuttX: sig_deliver.c). */
import type { Upcall } from '../binfmt/activation';
import type { Kernel } from '../kernel';
import type { Tcb } from '../state';

/** The handler that has to run before the task goes on; null when there is none, or one runs already. */
export function nextHandler(_k: Kernel, _tcb: Tcb): Upcall | null {
  return null;
}

export function handlerReturned(_k: Kernel, _tcb: Tcb, _value: number, _context: number[]): void {}
