/** errno, and what stops the board on purpose. */
import { running, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { errnoAddress } from '../sched/task';

/** errno is an int of each thread (manual 3.2). What the C library noted for itself is moved there first. */
export function errnoLocation(k: Kernel): number {
  const address = errnoAddress(running(k));
  const library = k.firmware.takeLibraryErrno();
  if (library !== 0) k.memory.store32(address, library);
  return address;
}

export function assertionFailed(k: Kernel, file: number, line: number, message: number): number {
  const text = message === 0 ? '' : `: ${k.memory.string(message)}`;
  throw new MachineFault(
    `Assertion failed at ${file === 0 ? '?' : k.memory.string(file)}:${line}${text}`,
    'The firmware checked this itself. The call stack shows how it came there.',
  );
}

export function abort(): number {
  throw new MachineFault('abort', 'The firmware called abort. The call stack shows where.');
}
