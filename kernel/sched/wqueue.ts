/** Work queues: functions of the firmware that kernel threads call (nuttx/wqueue.h). */
import type { Kernel } from '../kernel';
import type { Tcb } from '../state';

export interface WorkQueue {
  /** Its thread. */
  pid: number;
}

/** A delayed work's tick has come. */
export function expireWork(_k: Kernel, _address: number): void {}

/** What a worker does when it has nothing in hand: it asks for an upcall of the next work, or waits for one. */
export function nextWork(_k: Kernel, _tcb: Tcb): void {}

export function workReturned(_k: Kernel, _tcb: Tcb, _value: number, _context: number[]): void {}
