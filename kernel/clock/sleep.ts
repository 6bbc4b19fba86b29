/** Sleeping. NuttX sleeps in whole ticks, and one more, so that the time asked for has passed for certain. */
import { Errno } from '../errno';
import { BLOCKED, running, type Kernel } from '../kernel';
import { block } from '../sched/readytorun';
import { TaskState } from '../state';
import { startTimeout } from './timeout';
import { NSEC_PER_SEC, isValid, loadTimespec, storeTimespec, ticksOf } from './timespec';

function sleepNs(k: Kernel, ns: number): number {
  if (ns === 0) return 0;
  const tcb = running(k);
  startTimeout(k, tcb, k.state.ticks + ticksOf(k.state, ns) + 1);
  block(k, tcb, TaskState.WaitSig, k.state.waitingForSignal);
  return BLOCKED;
}

/** Microseconds. */
export function usleep(k: Kernel, usec: number): number {
  return sleepNs(k, (usec >>> 0) * 1000);
}

/** Seconds; gives the seconds left, which is 0 for a sleep that nothing interrupts. */
export function sleep(k: Kernel, seconds: number): number {
  return sleepNs(k, (seconds >>> 0) * NSEC_PER_SEC);
}

/** EINVAL: no time given, or nanoseconds that are none. `remain` may be null. */
export function nanosleep(k: Kernel, request: number, remain: number): number {
  if (request === 0) return -Errno.EINVAL;
  const time = loadTimespec(k, request);
  if (!isValid(time)) return -Errno.EINVAL;
  if (remain !== 0) storeTimespec(k, remain, 0, 0);
  return sleepNs(k, time.sec * NSEC_PER_SEC + time.nsec);
}
