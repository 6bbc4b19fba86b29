/** Attributes of a thread that is to be made (manual 2.8.1 to 2.8.10; NuttX: libs/libc/pthread/pthread_attr_*.c). */
import { loadTimespec, NSEC_PER_SEC, storeTimespec, ticksOf } from '../clock/timespec';
import { Errno } from '../errno';
import { taskOf, type Kernel } from '../kernel';
import { Policy, type Tcb } from '../state';
import type { SporadicParam } from '../sched/sporadic';
import { byteGetter, byteSetter, clearer, wordGetter } from './attribute';

/** Offsets in pthread_attr_t, and its size. */
const Attr = {
  priority: 0,
  policy: 1,
  inheritSched: 2,
  detachState: 3,
  lowPriority: 4,
  maxReplenishments: 5,
  stackAddress: 8,
  stackSize: 12,
  guardSize: 16,
  period: 24,
  budget: 40,
  size: 56,
} as const;

/** Offsets in struct sched_param. */
const Param = { lowPriority: 4, period: 8, budget: 24, maxReplenishments: 40 } as const;

const PTHREAD_INHERIT_SCHED = 0;
const PTHREAD_EXPLICIT_SCHED = 1;
const PTHREAD_CREATE_JOINABLE = 0;
const PTHREAD_CREATE_DETACHED = 1;
const PTHREAD_SCOPE_SYSTEM = 0;
const PTHREAD_SCOPE_PROCESS = 1;
const SCHED_OTHER = 0;
const DEFAULT_PRIORITY = 100;

export interface Attributes {
  policy: number;
  /** What but the priority counts only for SCHED_SPORADIC. */
  param: SporadicParam;
  detached: boolean;
  /** 0: from the heap. */
  stackBase: number;
  stackSize: number;
}

/** Attributes as a new thread of this creator gets them; the address is null for the default ones. */
export function loadAttributes(k: Kernel, attr: number, creator: Tcb): Attributes {
  const { memory } = k;
  if (attr === 0) {
    return {
      policy: SCHED_OTHER,
      param: plainParam(creator.priority),
      detached: false,
      stackBase: 0,
      stackSize: defaultStack(k),
    };
  }
  const inherits = memory.load8(attr + Attr.inheritSched) === PTHREAD_INHERIT_SCHED;
  return {
    policy: inherits ? creator.policy : memory.load8(attr + Attr.policy),
    param: inherits ? (creator.sporadic ?? plainParam(creator.priority)) : loadParam(k, attr),
    detached: memory.load8(attr + Attr.detachState) === PTHREAD_CREATE_DETACHED,
    stackBase: memory.load32(attr + Attr.stackAddress),
    stackSize: memory.load32(attr + Attr.stackSize),
  };
}

const plainParam = (priority: number): SporadicParam => ({
  priority,
  lowPriority: 0,
  period: 0,
  budget: 0,
  maxReplenishments: 0,
});

function loadParam(k: Kernel, attr: number): SporadicParam {
  const { memory } = k;
  const ticksAt = (offset: number) => {
    const { sec, nsec } = loadTimespec(k, attr + offset);
    return Math.max(ticksOf(k.state, sec * NSEC_PER_SEC + nsec), 1);
  };
  return {
    priority: memory.load8(attr + Attr.priority),
    lowPriority: memory.load8(attr + Attr.lowPriority),
    period: ticksAt(Attr.period),
    budget: ticksAt(Attr.budget),
    maxReplenishments: memory.load8(attr + Attr.maxReplenishments),
  };
}

const defaultStack = ({ state }: Kernel) => Number(state.settings.config.CONFIG_PTHREAD_STACK_DEFAULT);
const leastStack = ({ state }: Kernel) => Number(state.settings.config.CONFIG_PTHREAD_STACK_MIN);

/**
 * Manual 2.8.1. Priority 100 and SCHED_OTHER, which count and not the creator's; joinable; a stack of
 * CONFIG_PTHREAD_STACK_DEFAULT bytes.
 *
 * @returns 0, or -EINVAL: null
 */
export function pthread_attr_init(k: Kernel, attr: number): number {
  const { memory } = k;
  if (attr === 0) return -Errno.EINVAL;
  memory.slice(attr, Attr.size).fill(0);
  memory.store8(attr + Attr.priority, DEFAULT_PRIORITY);
  memory.store8(attr + Attr.inheritSched, PTHREAD_EXPLICIT_SCHED);
  memory.store32(attr + Attr.stackSize, defaultStack(k));
  return 0;
}

/** Manual 2.8.2. -EINVAL: null. */
export const pthread_attr_destroy = clearer(Attr.size);

/** Manual 2.8.3. -EINVAL: null, or a policy that the configuration does not have. */
export const pthread_attr_setschedpolicy = byteSetter(Attr.policy, ({ state: { settings } }) => [
  SCHED_OTHER,
  Policy.Fifo,
  ...(settings.rrTicks > 0 ? [Policy.Rr] : []),
  ...(settings.config.CONFIG_SCHED_SPORADIC === true ? [Policy.Sporadic] : []),
]);

/** Manual 2.8.4. -EINVAL: null. */
export const pthread_attr_getschedpolicy = byteGetter(Attr.policy);

/** Manual 2.8.5. Whether the priority is one shows when a thread is made. -EINVAL: null. */
export function pthread_attr_setschedparam({ memory }: Kernel, attr: number, param: number): number {
  if (attr === 0 || param === 0) return -Errno.EINVAL;
  memory.store8(attr + Attr.priority, memory.load32(param));
  memory.store8(attr + Attr.lowPriority, memory.load32(param + Param.lowPriority));
  memory.store8(attr + Attr.maxReplenishments, memory.load32(param + Param.maxReplenishments));
  memory.slice(attr + Attr.period, 32).set(memory.slice(param + Param.period, 32));
  return 0;
}

/** Manual 2.8.6. -EINVAL: null. */
export function pthread_attr_getschedparam({ memory }: Kernel, attr: number, param: number): number {
  if (attr === 0 || param === 0) return -Errno.EINVAL;
  memory.store32(param, memory.load8(attr + Attr.priority));
  memory.store32(param + Param.lowPriority, memory.load8(attr + Attr.lowPriority));
  memory.store32(param + Param.maxReplenishments, memory.load8(attr + Attr.maxReplenishments));
  memory.slice(param + Param.period, 32).set(memory.slice(attr + Attr.period, 32));
  return 0;
}

/** Manual 2.8.7. Whether the creator's policy and priority count, or these. -EINVAL: null, or neither. */
export const pthread_attr_setinheritsched = byteSetter(Attr.inheritSched, [
  PTHREAD_INHERIT_SCHED,
  PTHREAD_EXPLICIT_SCHED,
]);

/** Manual 2.8.8. -EINVAL: null. */
export const pthread_attr_getinheritsched = byteGetter(Attr.inheritSched);

/** -EINVAL: null, or neither joinable nor detached. */
export const pthread_attr_setdetachstate = byteSetter(Attr.detachState, [
  PTHREAD_CREATE_JOINABLE,
  PTHREAD_CREATE_DETACHED,
]);

/** -EINVAL: null. */
export const pthread_attr_getdetachstate = byteGetter(Attr.detachState);

/** Manual 2.8.9. Bytes. -EINVAL: null, or fewer than CONFIG_PTHREAD_STACK_MIN. */
export function pthread_attr_setstacksize(k: Kernel, attr: number, size: number): number {
  if (attr === 0 || size >>> 0 < leastStack(k)) return -Errno.EINVAL;
  k.memory.store32(attr + Attr.stackSize, size);
  return 0;
}

/** Manual 2.8.10. -EINVAL: null. */
export const pthread_attr_getstacksize = wordGetter(Attr.stackSize);

/** A stack of the firmware's own: lowest address and bytes. -EINVAL: null, or fewer than CONFIG_PTHREAD_STACK_MIN. */
export function pthread_attr_setstack(k: Kernel, attr: number, address: number, size: number): number {
  if (address === 0) return -Errno.EINVAL;
  const set = pthread_attr_setstacksize(k, attr, size);
  if (set === 0) k.memory.store32(attr + Attr.stackAddress, address);
  return set;
}

/** -EINVAL: null. */
export function pthread_attr_getstack({ memory }: Kernel, attr: number, address: number, size: number): number {
  if (attr === 0 || address === 0 || size === 0) return -Errno.EINVAL;
  memory.store32(address, memory.load32(attr + Attr.stackAddress));
  memory.store32(size, memory.load32(attr + Attr.stackSize));
  return 0;
}

/** Kept, but there is no guard. -EINVAL: null. */
export function pthread_attr_setguardsize({ memory }: Kernel, attr: number, size: number): number {
  if (attr === 0) return -Errno.EINVAL;
  memory.store32(attr + Attr.guardSize, size);
  return 0;
}

/** -EINVAL: null. */
export const pthread_attr_getguardsize = wordGetter(Attr.guardSize);

/** All threads compete for the one CPU. -EINVAL: null, or no scope; -ENOTSUP: PTHREAD_SCOPE_PROCESS. */
export function pthread_attr_setscope(_: Kernel, attr: number, scope: number): number {
  if (attr === 0) return -Errno.EINVAL;
  if (scope === PTHREAD_SCOPE_PROCESS) return -Errno.ENOTSUP;
  return scope === PTHREAD_SCOPE_SYSTEM ? 0 : -Errno.EINVAL;
}

/** -EINVAL: null. */
export function pthread_attr_getscope({ memory }: Kernel, attr: number, scope: number): number {
  if (attr === 0 || scope === 0) return -Errno.EINVAL;
  memory.store32(scope, PTHREAD_SCOPE_SYSTEM);
  return 0;
}

/** The attributes that a thread has now. -EINVAL: null; -ESRCH: no such thread. */
export function pthread_getattr_np(k: Kernel, thread: number, attr: number): number {
  const { memory, state } = k;
  if (attr === 0) return -Errno.EINVAL;
  const tcb = thread <= 0 ? null : taskOf(k, thread);
  if (!tcb) return -Errno.ESRCH;
  memory.slice(attr, Attr.size).fill(0);
  memory.store8(attr + Attr.priority, tcb.basePriority);
  memory.store8(attr + Attr.policy, tcb.policy);
  memory.store8(attr + Attr.inheritSched, PTHREAD_EXPLICIT_SCHED);
  memory.store8(
    attr + Attr.detachState,
    tcb.thread?.detached === false ? PTHREAD_CREATE_JOINABLE : PTHREAD_CREATE_DETACHED,
  );
  memory.store32(attr + Attr.stackAddress, tcb.stackBase);
  memory.store32(attr + Attr.stackSize, tcb.stackSize);
  if (tcb.sporadic) {
    const storeTicks = (offset: number, ticks: number) => {
      const ns = ticks * state.settings.tickNs;
      storeTimespec(k, attr + offset, Math.floor(ns / NSEC_PER_SEC), ns % NSEC_PER_SEC);
    };
    memory.store8(attr + Attr.priority, tcb.sporadic.priority);
    memory.store8(attr + Attr.lowPriority, tcb.sporadic.lowPriority);
    memory.store8(attr + Attr.maxReplenishments, tcb.sporadic.maxReplenishments);
    storeTicks(Attr.period, tcb.sporadic.period);
    storeTicks(Attr.budget, tcb.sporadic.budget);
  }
  return 0;
}
