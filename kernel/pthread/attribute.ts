/** How attributes objects are read and written: they are the firmware's own memory, a byte or a word per attribute. */
import type { SystemCall } from '../call';
import { Errno } from '../errno';
import type { Kernel } from '../kernel';

export const PTHREAD_PROCESS_PRIVATE = 0;
export const PTHREAD_PROCESS_SHARED = 1;
export const sharing = [PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED];

type Call = SystemCall['call'];

/** A function that stores the byte at an offset as an int. -EINVAL: a null pointer. */
export const byteGetter =
  (offset: number): Call =>
  ({ memory }, attr, value) => {
    if (!attr || !value) return -Errno.EINVAL;
    memory.store32(value, memory.load8(attr + offset));
    return 0;
  };

/** A function that sets the byte at an offset. -EINVAL: a null pointer, or a value that the attribute cannot have. */
export const byteSetter =
  (offset: number, allowed: readonly number[] | ((k: Kernel) => readonly number[])): Call =>
  (k, attr, value) => {
    const values = typeof allowed === 'function' ? allowed(k) : allowed;
    if (!attr || !values.includes(value)) return -Errno.EINVAL;
    k.memory.store8(attr + offset, value);
    return 0;
  };

/** The same for a word, of which any value is allowed. */
export const wordGetter =
  (offset: number): Call =>
  ({ memory }, attr, value) => {
    if (!attr || !value) return -Errno.EINVAL;
    memory.store32(value, memory.load32(attr + offset));
    return 0;
  };

/** A function that sets an attributes object of so many bytes to zeros. -EINVAL: a null pointer. */
export const clearer =
  (size: number): Call =>
  ({ memory }, attr) => {
    if (!attr) return -Errno.EINVAL;
    memory.slice(attr, size).fill(0);
    return 0;
  };
