/** Attributes of spawned tasks (manual 2.1.20 to 2.1.31): posix_spawnattr_t, which is in the firmware's memory. */
import { loadTimespec, NSEC_PER_SEC, ticksOf } from '../clock/timespec';
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { loadSet, storeSet, type SignalSet } from '../signal/set';
import type { SporadicParam } from './sporadic';

/** Offsets in posix_spawnattr_t (include/spawn.h). */
const Attr = {
  flags: 0, priority: 1, policy: 2, lowPriority: 3, maxReplenishments: 4, mask: 8, stackBase: 16, stackSize: 20,
  period: 24, budget: 40, size: 56,
} as const; // prettier-ignore
/** Offsets in struct sched_param (include/sched.h). */
const Param = { priority: 0, lowPriority: 4, period: 8, budget: 24, maxReplenishments: 40 } as const;

export const SpawnFlag = { SetScheduler: 1 << 3, SetSigmask: 1 << 5 } as const;

export interface SpawnAttributes {
  flags: number;
  policy: number;
  mask: SignalSet;
  /** 0 for what was not chosen. */
  priority: number;
  stackBase: number;
  stackSize: number;
  sporadic: SporadicParam;
}

export function loadAttributes(k: Kernel, attr: number): SpawnAttributes {
  const { memory, state } = k;
  const [flags, priority, policy, lowPriority, maxReplenishments] = memory.slice(attr, 5) as unknown as number[];
  const ticksAt = (offset: number) => {
    const { sec, nsec } = loadTimespec(k, attr + offset);
    return Math.max(ticksOf(state, sec * NSEC_PER_SEC + nsec), 1);
  };
  return {
    flags: flags!,
    policy: policy!,
    mask: loadSet(k, attr + Attr.mask),
    priority: priority!,
    stackBase: memory.load32(attr + Attr.stackBase),
    stackSize: memory.load32(attr + Attr.stackSize),
    sporadic: {
      priority: priority!,
      lowPriority: lowPriority!,
      period: ticksAt(Attr.period),
      budget: ticksAt(Attr.budget),
      maxReplenishments: maxReplenishments!,
    },
  };
}

const byteAt = ({ memory }: Kernel, address: number) => memory.slice(address, 1)[0]!;

function storeByte({ memory }: Kernel, address: number, value: number): number {
  memory.slice(address, 1)[0] = value;
  return 0;
}

function copy({ memory }: Kernel, to: number, from: number, bytes: number): void {
  memory.slice(to, bytes).set(memory.slice(from, bytes));
}

/** Manual 2.1.20. Nothing is chosen; the policy is the caller's. EINVAL, as of all of these: no attributes. */
export function posix_spawnattr_init(k: Kernel, attr: number): number {
  if (attr === 0) return -Errno.EINVAL;
  k.memory.slice(attr, Attr.size).fill(0);
  return storeByte(k, attr + Attr.policy, running(k).policy);
}

export function posix_spawnattr_destroy(_: Kernel, attr: number): number {
  return attr === 0 ? -Errno.EINVAL : 0;
}

/** Manual 2.1.21. The POSIX_SPAWN_ flags, a short. */
export function posix_spawnattr_getflags(k: Kernel, attr: number, flags: number): number {
  if (attr === 0 || flags === 0) return -Errno.EINVAL;
  k.memory.slice(flags, 2).set([byteAt(k, attr + Attr.flags), 0]);
  return 0;
}

/** Manual 2.1.25. EINVAL: a flag that there is not. */
export function posix_spawnattr_setflags(k: Kernel, attr: number, flags: number): number {
  if (attr === 0 || (flags & ~0xff) !== 0) return -Errno.EINVAL;
  return storeByte(k, attr + Attr.flags, flags);
}

/** Manual 2.1.22. The priority, and what SCHED_SPORADIC needs. */
export function posix_spawnattr_getschedparam(k: Kernel, attr: number, param: number): number {
  if (attr === 0 || param === 0) return -Errno.EINVAL;
  k.memory.store32(param + Param.priority, byteAt(k, attr + Attr.priority));
  k.memory.store32(param + Param.lowPriority, byteAt(k, attr + Attr.lowPriority));
  copy(k, param + Param.period, attr + Attr.period, 16);
  copy(k, param + Param.budget, attr + Attr.budget, 16);
  k.memory.store32(param + Param.maxReplenishments, byteAt(k, attr + Attr.maxReplenishments));
  return 0;
}

/** Manual 2.1.26. */
export function posix_spawnattr_setschedparam(k: Kernel, attr: number, param: number): number {
  if (attr === 0 || param === 0) return -Errno.EINVAL;
  storeByte(k, attr + Attr.priority, k.memory.load32(param + Param.priority));
  storeByte(k, attr + Attr.lowPriority, k.memory.load32(param + Param.lowPriority));
  copy(k, attr + Attr.period, param + Param.period, 16);
  copy(k, attr + Attr.budget, param + Param.budget, 16);
  return storeByte(k, attr + Attr.maxReplenishments, k.memory.load32(param + Param.maxReplenishments));
}

/** Manual 2.1.23. */
export function posix_spawnattr_getschedpolicy(k: Kernel, attr: number, policy: number): number {
  if (attr === 0 || policy === 0) return -Errno.EINVAL;
  k.memory.store32(policy, byteAt(k, attr + Attr.policy));
  return 0;
}

/** Manual 2.1.27. One that there is not is found when it is used. */
export function posix_spawnattr_setschedpolicy(k: Kernel, attr: number, policy: number): number {
  return attr === 0 ? -Errno.EINVAL : storeByte(k, attr + Attr.policy, policy);
}

/** Manual 2.1.24. */
export function posix_spawnattr_getsigmask(k: Kernel, attr: number, mask: number): number {
  if (attr === 0 || mask === 0) return -Errno.EINVAL;
  storeSet(k, mask, loadSet(k, attr + Attr.mask));
  return 0;
}

/** Manual 2.1.28. */
export function posix_spawnattr_setsigmask(k: Kernel, attr: number, mask: number): number {
  if (attr === 0 || mask === 0) return -Errno.EINVAL;
  storeSet(k, attr + Attr.mask, loadSet(k, mask));
  return 0;
}

/** Manual 2.1.30. Bytes; 0 for the default. */
export function task_spawnattr_getstacksize(k: Kernel, attr: number, size: number): number {
  if (attr === 0 || size === 0) return -Errno.EINVAL;
  k.memory.store32(size, k.memory.load32(attr + Attr.stackSize));
  return 0;
}

/** Manual 2.1.31. */
export function task_spawnattr_setstacksize(k: Kernel, attr: number, size: number): number {
  if (attr === 0) return -Errno.EINVAL;
  k.memory.store32(attr + Attr.stackSize, size);
  return 0;
}

/** Lowest address of a stack that the caller gives; null for one from the heap. */
export function task_spawnattr_getstackaddr(k: Kernel, attr: number, stack: number): number {
  if (attr === 0 || stack === 0) return -Errno.EINVAL;
  k.memory.store32(stack, k.memory.load32(attr + Attr.stackBase));
  return 0;
}

export function task_spawnattr_setstackaddr(k: Kernel, attr: number, stack: number): number {
  if (attr === 0) return -Errno.EINVAL;
  k.memory.store32(attr + Attr.stackBase, stack);
  return 0;
}
