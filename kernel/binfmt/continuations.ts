/** What happens when a function that the kernel called on a task's stack returns. */
import type { Kernel } from '../kernel';
import { driverClosed } from '../fs/chardriver';
import { driverReturned } from '../fs/driver';
import { pollAsked } from '../fs/poll';
import { exitFunctionReturned, streamsWritten } from '../sched/exit';
import { handlerReturned } from '../signal/deliver';
import { cancelCleanupReturned } from '../pthread/cancel';
import { threadExitReturned } from '../pthread/exit';
import { onceReturned } from '../pthread/once';
import { workReturned } from '../sched/wqueue';
import type { Tcb } from '../state';

/** By name, since a task's state has no functions in it. `value` is what the function returned. */
export const continuations = {
  signal: handlerReturned,
  exit: exitFunctionReturned,
  streamsWritten,
  threadExit: threadExitReturned,
  cancel: cancelCleanupReturned,
  nothing: () => {},
  once: onceReturned,
  work: workReturned,
  driver: driverReturned,
  driverClosed,
  poll: pollAsked,
} satisfies Record<string, (k: Kernel, tcb: Tcb, value: number, context: number[]) => void>;

export type Continuation = keyof typeof continuations;
