/** Positions in files that have a length. */
import { Errno } from '../errno';
import type { OpenFile } from './file';

const Whence = { Set: 0, Current: 1, End: 2 } as const;

/** The same where there is no end, as NuttX does it for drivers without a seek function. -ENOSYS: from the end. */
export function seekFreely(file: OpenFile, offset: number, whence: number): number {
  return whence === Whence.End ? -Errno.ENOSYS : seekWithin(file, 0, offset, whence);
}

/**
 * Moves the position, beyond the end too. Gives the new one, or -EINVAL: no such `whence`, or before the beginning;
 * -EOVERFLOW: further than anybody can count.
 */
export function seekWithin(file: OpenFile, size: number, offset: number, whence: number): number {
  const from = whence === Whence.Set ? 0 : whence === Whence.Current ? file.offset : whence === Whence.End ? size : NaN;
  const position = from + offset;
  if (!(position >= 0)) return -Errno.EINVAL;
  if (position > Number.MAX_SAFE_INTEGER) return -Errno.EOVERFLOW;
  file.offset = position;
  return position;
}
