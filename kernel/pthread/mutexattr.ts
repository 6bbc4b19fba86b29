/** Attributes of a mutex (manual 2.8.29 to 2.8.36; NuttX: libs/libc/pthread/pthread_mutexattr_*.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { byteGetter, byteSetter, clearer, sharing } from './attribute';

/** Offsets in pthread_mutexattr_t, and its size. */
const Attr = { pshared: 0, protocol: 1, type: 2, robust: 3, size: 5 } as const;

export const MutexType = { Normal: 0, ErrorCheck: 1, Recursive: 2 } as const;

const PTHREAD_MUTEX_STALLED = 0;
const PTHREAD_MUTEX_ROBUST = 1;
const PTHREAD_PRIO_NONE = 0;
const PTHREAD_PRIO_INHERIT = 1;
const PTHREAD_PRIO_PROTECT = 2;

export interface MutexAttributes {
  type: number;
  inherit: boolean;
  robust: boolean;
}

/** Whether every mutex is robust, none is, or each for itself. */
export function robustness({ state }: Kernel): 'all' | 'none' | 'each' {
  const { config } = state.settings;
  if (config.CONFIG_PTHREAD_MUTEX_BOTH === true) return 'each';
  return config.CONFIG_PTHREAD_MUTEX_UNSAFE === true ? 'none' : 'all';
}

function robustByDefault(k: Kernel): boolean {
  const kind = robustness(k);
  return kind === 'each' ? k.state.settings.config.CONFIG_PTHREAD_MUTEX_DEFAULT_UNSAFE !== true : kind === 'all';
}

function inheritsByDefault({ state: { settings } }: Kernel): boolean {
  return settings.priorityInheritance && settings.config.CONFIG_PTHREAD_MUTEX_DEFAULT_PRIO_INHERIT === true;
}

/** Attributes of a mutex that is to be; the address is null for the default ones. */
export function loadMutexAttributes(k: Kernel, attr: number): MutexAttributes {
  const { memory } = k;
  if (attr === 0) return { type: MutexType.Normal, inherit: inheritsByDefault(k), robust: robustByDefault(k) };
  return {
    type: memory.load8(attr + Attr.type),
    inherit: memory.load8(attr + Attr.protocol) === PTHREAD_PRIO_INHERIT,
    robust: memory.load8(attr + Attr.robust) === PTHREAD_MUTEX_ROBUST,
  };
}

/** Manual 2.8.29. PTHREAD_MUTEX_NORMAL; protocol and robustness as the configuration says. -EINVAL: null. */
export function pthread_mutexattr_init(k: Kernel, attr: number): number {
  const { memory } = k;
  if (attr === 0) return -Errno.EINVAL;
  memory.slice(attr, Attr.size).fill(0);
  memory.store8(attr + Attr.protocol, Number(inheritsByDefault(k)));
  memory.store8(attr + Attr.robust, Number(robustByDefault(k)));
  return 0;
}

/** Manual 2.8.30. -EINVAL: null. */
export const pthread_mutexattr_destroy = clearer(Attr.size);

/** Manual 2.8.31. -EINVAL: null. */
export const pthread_mutexattr_getpshared = byteGetter(Attr.pshared);

/** Manual 2.8.32. All memory is shared, whatever this says. -EINVAL: null, or neither private nor shared. */
export const pthread_mutexattr_setpshared = byteSetter(Attr.pshared, sharing);

/** Manual 2.8.33. -EINVAL: null. */
export const pthread_mutexattr_gettype = byteGetter(Attr.type);

/** Manual 2.8.34. -EINVAL: null, or no type; without CONFIG_PTHREAD_MUTEX_TYPES normal is the only one. */
export const pthread_mutexattr_settype = byteSetter(Attr.type, ({ state }) =>
  state.settings.config.CONFIG_PTHREAD_MUTEX_TYPES === true ? Object.values(MutexType) : [MutexType.Normal],
);

/** Manual 2.8.35. -EINVAL: null. */
export const pthread_mutexattr_getprotocol = byteGetter(Attr.protocol);

const setProtocol = byteSetter(Attr.protocol, [PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT]);

/**
 * Manual 2.8.36. -EINVAL: null, or no protocol; -ENOTSUP: PTHREAD_PRIO_PROTECT, or PTHREAD_PRIO_INHERIT without
 * CONFIG_PRIORITY_INHERITANCE.
 */
export function pthread_mutexattr_setprotocol(k: Kernel, attr: number, protocol: number): number {
  const lacking = protocol === PTHREAD_PRIO_INHERIT && !k.state.settings.priorityInheritance;
  if (attr !== 0 && (lacking || protocol === PTHREAD_PRIO_PROTECT)) return -Errno.ENOTSUP;
  return setProtocol(k, attr, protocol);
}

/** -EINVAL: null. */
export const pthread_mutexattr_getrobust = byteGetter(Attr.robust);

/** -EINVAL: null, or what the configuration does not have: see CONFIG_PTHREAD_MUTEX_BOTH. */
export const pthread_mutexattr_setrobust = byteSetter(Attr.robust, (k) => {
  const kind = robustness(k);
  return [...(kind === 'all' ? [] : [PTHREAD_MUTEX_STALLED]), ...(kind === 'none' ? [] : [PTHREAD_MUTEX_ROBUST])];
});
