/** How programs tell what went wrong. */
import { Errno } from '../../kernel/errno';

const names = new Map(Object.entries(Errno).map(([name, number]) => [number as number, name]));

/** As NuttX writes errors (CONFIG_LIBC_STRERROR_SHORT). */
export function errnoName(errno: number): string {
  return names.get(errno) ?? String(errno);
}

/** A command cannot go on; the message is what it says. */
export class Failure extends Error {}
