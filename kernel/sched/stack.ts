/** How much of its stack a task has used (NuttX: up_check_tcbstack). */
import type { Kernel } from '../kernel';
import type { Tcb } from '../state';
import { STACK_COLOR, TLS_SIZE } from './task';

/** Bytes from the lowest address of the stack that was ever written to its top. The idle task's begins as zeros. */
export function stackPeak({ memory }: Kernel, { kind, stackBase, stackSize }: Tcb): number {
  const untouched = kind === 'idle' ? 0 : STACK_COLOR;
  const end = stackBase + stackSize;
  let address = kind === 'idle' ? stackBase : stackBase + TLS_SIZE;
  while (address < end && memory.load32(address) === untouched) address += 4;
  return end - address;
}
