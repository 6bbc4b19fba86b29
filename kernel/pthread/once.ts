/** pthread_once (manual 2.8.57; NuttX: libs/libc/pthread/pthread_once.c). A mutex keeps others from going ahead. */
import { requestUpcall } from '../binfmt/activation';
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import type { Tcb } from '../state';
import { lockAgain, pthread_mutex_lock, pthread_mutex_unlock } from './mutex';
import { forget } from './objects';

/** Offsets in pthread_once_t. */
const Once = { done: 0, mutex: 4 } as const;

/** Calls the function, unless one call with this control has done so; waits while another does. -EINVAL: null. */
export function pthread_once(k: Kernel, once: number, init: number): number {
  if (once === 0 || init === 0) return -Errno.EINVAL;
  if (k.memory.load8(once + Once.done) !== 0) return 0;
  return begin(k, once, init, pthread_mutex_lock(k, once + Once.mutex));
}

export function onceAgain(k: Kernel, once: number, init: number): number {
  return begin(k, once, init, lockAgain(k, once + Once.mutex));
}

/** The mutex is the caller's, if `locked` is not BLOCKED. */
function begin(k: Kernel, once: number, init: number, locked: number): number {
  forget(k, once + Once.mutex);
  if (locked === BLOCKED) return BLOCKED;
  if (k.memory.load8(once + Once.done) === 0) requestUpcall(running(k), init, [], 'once', [once]);
  else pthread_mutex_unlock(k, once + Once.mutex);
  return 0;
}

/** The function has returned. */
export function onceReturned(k: Kernel, _tcb: Tcb, _value: number, [once]: number[]): void {
  k.memory.store8(once! + Once.done, 1);
  pthread_mutex_unlock(k, once! + Once.mutex);
}
