/** A row of the system-call table, and how the tables of the families are written. */
import type { Kernel } from './kernel';
import type { Tcb } from './state';

export interface SystemCall<Prototype extends string = string> {
  name: string;
  /** Its C prototype. */
  prototype: Prototype;
  /** Section of the manual; empty for what the manual does not have. */
  section: string;
  /** Does the work; gives the result, a negated errno, or BLOCKED. */
  call: (k: Kernel, ...args: number[]) => number;
  /**
   * How an error, which `call` gives as a negated errno, reaches the caller: in errno, with -1 or a null pointer returned; as a positive
   * returned value, as pthread_* have it; or as it is.
   */
  errors: 'errno' | 'null' | 'positive' | 'returned';
  /** What the task does when its wait is over; without it the call gives what the wait gave. */
  resume?: (k: Kernel, ...args: number[]) => number;
  /** The task has come to its end in the middle of the call: what the call holds is let go. */
  abandon?: (k: Kernel, task: Pick<Tcb, 'progress' | 'polled' | 'answer'>) => void;
  /** The caller may have to wait in it, or end, or call a function then, so an interrupt handler may not call it. */
  taskOnly: boolean;
  /** It is a cancellation point. */
  cancels: boolean;
  /** Returns at once without being a point where the machine can stop or a task can lose the CPU. */
  immediate: boolean;
}

type Options = Partial<Pick<SystemCall, 'errors' | 'resume' | 'abandon' | 'taskOnly' | 'cancels' | 'immediate'>>;

/** A row. Pointers, handles and numbers of 32 bits and less come as numbers, as do the few of 64 bits. */
export const entry = <const Prototype extends string>(
  section: string,
  prototype: Prototype,
  call: SystemCall['call'],
  ...options: Options[]
): SystemCall<Prototype> => ({
  name: /(\w+)\(/.exec(prototype)![1]!,
  prototype,
  section,
  call,
  errors: 'errno',
  taskOnly: false,
  cancels: false,
  immediate: false,
  ...(Object.assign({}, ...options) as Options),
});

/** The function returns an address, and null with errno for an error. */
export const nullOnError: Options = { errors: 'null' };
/** The errno value is what the function returns, as pthread_* do. */
export const positive: Options = { errors: 'positive' };
/** The result is what the function returns, whatever it is. */
export const returned: Options = { errors: 'returned' };
export const immediate: Options = { errors: 'returned', immediate: true };
/** The same, but an error is put into errno, with -1 returned. */
export const immediateWithErrno: Options = { immediate: true };
export const immediateOrNull: Options = { errors: 'null', immediate: true };
export const taskOnly: Options = { taskOnly: true };
/** The caller may have to wait. */
export const waits: Options = taskOnly;
export const cancellationPoint: Options = { cancels: true };
/** Waits, and is a cancellation point. */
export const waitsCancellably: Options = { ...waits, cancels: true };
export const resumedBy = (resume: SystemCall['call']): Options => ({ resume });
export const abandonedBy = (abandon: NonNullable<SystemCall['abandon']>): Options => ({ abandon });
