/** What a task was in the middle of with files when it came to its end, or began anew. */
import type { Continuation } from '../binfmt/continuations';
import type { Kernel } from '../kernel';
import type { Tcb } from '../state';
import { driverClosed } from './chardriver';
import { letGoFile } from './file';

/** What those functions of drivers hold that do not return any more. */
const interrupted: Partial<Record<Continuation, (k: Kernel, tcb: Tcb, context: number[]) => void>> = {
  driver: (k, _tcb, [file]) => void (file !== 0 && letGoFile(k, file!, true)),
  driverClosed: (k, tcb, context) => driverClosed(k, tcb, 0, context),
};

/** What its calls hold is let go. */
export function abandonCalls(k: Kernel, tcb: Tcb): void {
  for (const each of [tcb, ...tcb.suspended]) k.calls[each.call]?.abandon?.(k, each);
  for (const { then, context } of [...tcb.suspended, ...(tcb.upcall ? [tcb.upcall] : [])]) {
    interrupted[then]?.(k, tcb, context);
  }
}
