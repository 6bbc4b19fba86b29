/** Functions that a task has called when it exits (manual 2.3.7, 2.3.8; NuttX: lib_atexit.c). */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { groupOf } from './group';

export interface ExitFunction {
  kind: 'atexit' | 'on_exit' | 'at_quick_exit';
  entry: number;
  /** Of on_exit. */
  arg: number;
}

function register(k: Kernel, fn: ExitFunction): number {
  const { exitFunctions } = groupOf(k, running(k));
  const most = Number(k.state.settings.config.CONFIG_LIBC_MAX_EXITFUNS);
  if (most === 0) return -Errno.ENOSYS;
  if (fn.entry === 0) return -Errno.EINVAL;
  if (exitFunctions.length >= most) return -Errno.ENOMEM;
  exitFunctions.push(fn);
  return 0;
}

/**
 * Manual 2.3.7. Has a function called by exit, or when the task returns from its main function.
 *
 * @returns 0, or -ENOMEM: CONFIG_LIBC_MAX_EXITFUNS are registered; -EINVAL: no function; -ENOSYS: that option is 0
 */
export function atexit(k: Kernel, func: number): number {
  return register(k, { kind: 'atexit', entry: func, arg: 0 });
}

/** Manual 2.3.8. The function gets the status and `arg`. Errors as {@link atexit}. */
export function on_exit(k: Kernel, func: number, arg: number): number {
  return register(k, { kind: 'on_exit', entry: func, arg });
}

/** Has a function called by quick_exit, and by nothing else. Errors as {@link atexit}. */
export function at_quick_exit(k: Kernel, func: number): number {
  return register(k, { kind: 'at_quick_exit', entry: func, arg: 0 });
}
