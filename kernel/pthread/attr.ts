/** Attributes of a thread that is to be made (manual 2.8.1 to 2.8.10; NuttX: libs/libc/pthread/pthread_attr_*.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import type { Tcb } from '../state';

/** Offsets in pthread_attr_t. */
const PRIORITY = 0;
const POLICY = 1;
const INHERIT_SCHED = 2;
const DETACH_STATE = 3;
const STACK_ADDRESS = 8;
const STACK_SIZE = 12;
const SIZE = 56;

const PTHREAD_INHERIT_SCHED = 0;
const PTHREAD_EXPLICIT_SCHED = 1;
const SCHED_OTHER = 0;
const DEFAULT_PRIORITY = 100;

export interface Attributes {
  priority: number;
  policy: number;
  detached: boolean;
  /** 0: from the heap. */
  stackBase: number;
  stackSize: number;
}

/** Attributes as a new thread of this creator gets them; the address is null for the default ones. */
export function loadAttributes({ memory, state }: Kernel, attr: number, creator: Tcb): Attributes {
  if (attr === 0) {
    const stackSize = Number(state.settings.config.CONFIG_PTHREAD_STACK_DEFAULT);
    return { priority: creator.priority, policy: SCHED_OTHER, detached: false, stackBase: 0, stackSize };
  }
  const inherits = memory.load8(attr + INHERIT_SCHED) === PTHREAD_INHERIT_SCHED;
  return {
    priority: inherits ? creator.priority : memory.load8(attr + PRIORITY),
    policy: inherits ? creator.policy : memory.load8(attr + POLICY),
    detached: memory.load8(attr + DETACH_STATE) !== 0,
    stackBase: memory.load32(attr + STACK_ADDRESS),
    stackSize: memory.load32(attr + STACK_SIZE),
  };
}

/**
 * Manual 2.8.1. Priority 100, SCHED_OTHER, taken from here and not from the creator, joinable, a stack of
 * CONFIG_PTHREAD_STACK_DEFAULT bytes.
 *
 * @returns 0, or -EINVAL: null
 */
export function pthread_attr_init({ memory, state }: Kernel, attr: number): number {
  if (attr === 0) return -Errno.EINVAL;
  memory.slice(attr, SIZE).fill(0);
  memory.store8(attr + PRIORITY, DEFAULT_PRIORITY);
  memory.store8(attr + INHERIT_SCHED, PTHREAD_EXPLICIT_SCHED);
  memory.store32(attr + STACK_SIZE, Number(state.settings.config.CONFIG_PTHREAD_STACK_DEFAULT));
  return 0;
}
