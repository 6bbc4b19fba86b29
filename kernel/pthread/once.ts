/** pthread_once (manual 2.8). */
import type { Kernel } from '../kernel';
import type { Tcb } from '../state';

export function onceReturned(_k: Kernel, _tcb: Tcb, _value: number, _context: number[]): void {}
