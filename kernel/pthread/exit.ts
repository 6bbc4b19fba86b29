/** The end of a thread: cleanup handlers, then destructors of its keys, then whoever joins it gets its value. */
import type { Kernel } from '../kernel';
import type { Tcb } from '../state';

/** Begins the end of a thread; the value is what pthread_join gives. */
export function exitThread(_k: Kernel, _tcb: Tcb, _value: number): void {}

/** A cleanup handler or destructor has returned: the next one, or the end. */
export function threadExitReturned(_k: Kernel, _tcb: Tcb, _value: number, _context: number[]): void {}
