/** Keys of a group, with a value for each of its threads (manual 2.8.25 to 2.8.28; NuttX: libs/libc/tls). */
import { Errno } from '../errno';
import { running, taskOf, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import type { ThreadLocal } from './state';

const keyCount = ({ state }: Kernel) => Number(state.settings.config.CONFIG_TLS_NELEM);
const isKey = (k: Kernel, key: number) => key >= 0 && key < keyCount(k);

/** A thread that has set no value for a key has null. */
function setValue({ values }: ThreadLocal, key: number, value: number): void {
  while (values.length <= key) values.push(0);
  values[key] = value;
}

/**
 * Manual 2.8.25. Makes a key; its value is null in every thread. A destructor, unless null, is called with the value of a
 * thread that ends. -EAGAIN: CONFIG_TLS_NELEM keys are in use; -EINVAL: null.
 */
export function pthread_key_create(k: Kernel, address: number, destructor: number): number {
  if (address === 0) return -Errno.EINVAL;
  const group = groupOf(k, running(k));
  const { keys } = group.threads;
  let key = 0;
  while (keys[key] !== undefined && keys[key] !== null) key++;
  if (key >= keyCount(k)) return -Errno.EAGAIN;
  keys[key] = destructor;
  for (const pid of group.members) setValue(taskOf(k, pid)!.local, key, 0);
  k.memory.store32(address, key);
  return 0;
}

/** Manual 2.8.26. Sets the caller's value. -EINVAL: no such key. */
export function pthread_setspecific(k: Kernel, key: number, value: number): number {
  if (!isKey(k, key)) return -Errno.EINVAL;
  setValue(running(k).local, key, value);
  return 0;
}

/** Manual 2.8.27. The caller's value; null when it has set none. */
export function pthread_getspecific(k: Kernel, key: number): number {
  return running(k).local.values[key] ?? 0;
}

/** Manual 2.8.28. No destructor is called. -EINVAL: no such key. */
export function pthread_key_delete(k: Kernel, key: number): number {
  if (!isKey(k, key)) return -Errno.EINVAL;
  groupOf(k, running(k)).threads.keys[key] = null;
  return 0;
}
