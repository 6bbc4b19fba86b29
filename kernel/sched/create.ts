/** Task control: making tasks, and what they are called (manual 2.1). */
import { Errno } from '../errno';
import { stringsAt } from '../environ/environ';
import { running, taskOf, type Kernel } from '../kernel';
import { TaskState, type Tcb } from '../state';
import { hasParents } from './children';
import { groupOf } from './group';
import { activateTask, createTask, initTask } from './task';

const nameAt = ({ memory }: Kernel, name: number) => (name === 0 ? '<noname>' : memory.string(name));

/** A stack from the creator, or none. */
const given = (stack: number) => (stack === 0 ? {} : { stackBase: stack });

/**
 * Manual 2.1.1. Makes a task and lets it begin. `stackSize` is in bytes; `argv`, which may be null, are its arguments
 * behind its name, which are copied.
 *
 * @returns its pid, or -ENOMEM: no room for the stack, the arguments or the environment; -EAGAIN: no more pids. Of a
 *   priority that is none eight bits count; with CONFIG_DEBUG_ASSERTIONS it stops the board
 */
export function task_create(
  k: Kernel,
  name: number,
  priority: number,
  stackSize: number,
  entry: number,
  argv: number,
): number {
  return createTask(k, { name: nameAt(k, name), priority, stackSize, entry, args: stringsAt(k, argv) });
}

/** {@link task_create} on a stack that the caller gives, of which only the aligned part is used; null is one from the heap. */
export function task_create_with_stack(
  k: Kernel,
  name: number,
  priority: number,
  stack: number,
  stackSize: number,
  entry: number,
  argv: number,
): number {
  const args = stringsAt(k, argv);
  return createTask(k, { name: nameAt(k, name), priority, ...given(stack), stackSize, entry, args });
}

/** {@link task_create} of a kernel thread, which tasks cannot delete. Gives the negated errno. */
export function kthread_create(
  k: Kernel,
  name: number,
  priority: number,
  stackSize: number,
  entry: number,
  argv: number,
): number {
  const args = stringsAt(k, argv);
  return createTask(k, { name: nameAt(k, name), kind: 'kthread', priority, stackSize, entry, args });
}

/**
 * Manual 2.1.2. Makes a task on a stack that the caller gives, null for one from the heap, and notes its pid in the
 * caller's struct tcb_s. It does not run before {@link task_activate}.
 *
 * @returns 0, or -ENOMEM: the stack is too small, or there is no room for the environment; -EAGAIN: no more pids;
 *   -EINVAL: no struct tcb_s
 */
export function task_init(
  k: Kernel,
  tcb: number,
  name: number,
  priority: number,
  stack: number,
  stackSize: number,
  entry: number,
  argv: number,
): number {
  if (tcb === 0) return -Errno.EINVAL;
  const args = stringsAt(k, argv);
  const made = initTask(k, { name: nameAt(k, name), priority, ...given(stack), stackSize, entry, args });
  if (typeof made === 'number') return made;
  k.memory.store32(tcb, made.pid);
  return 0;
}

/** Manual 2.1.3. Lets a task that {@link task_init} has made begin. -EINVAL: the struct tcb_s is of no such task. */
export function task_activate(k: Kernel, tcb: number): number {
  const made = tcb === 0 ? null : taskOf(k, k.memory.load32(tcb));
  if (made?.state !== TaskState.Inactive || made.stackPointer !== made.arg1) return -Errno.EINVAL;
  activateTask(k, made);
  return 0;
}

/** Manual 2.1.10. The pid of the task that the calling thread belongs to. */
export function getpid(k: Kernel): number {
  return groupOf(k, running(k)).id;
}

/** The pid of the calling thread. */
export function gettid(k: Kernel): number {
  return running(k).pid;
}

/** The pid of the parent, which may be gone; 0 for what started at boot, and without CONFIG_SCHED_HAVE_PARENT. */
export function getppid(k: Kernel): number {
  return hasParents(k) ? groupOf(k, running(k)).parent : 0;
}

/** The process group of a task, 0 for the caller: every task is one of its own. -ESRCH: no such task. */
export function getpgid(k: Kernel, pid: number): number {
  const tcb = pid === 0 ? running(k) : pid < 0 ? null : taskOf(k, pid);
  return tcb ? groupOf(k, tcb).id : -Errno.ESRCH;
}

/** 1 when the idle task has the CPU, as interrupt handlers can see. */
export function sched_idletask(k: Kernel): number {
  return Number(running(k).kind === 'idle');
}

const Option = { SetName: 1, GetName: 2, SetNameExt: 3, GetNameExt: 4 } as const;

/**
 * Names of threads: PR_SET_NAME and PR_GET_NAME of the caller, PR_SET_NAME_EXT and PR_GET_NAME_EXT of another, whose pid
 * comes behind the address; `varargs` is the address of the two.
 *
 * @returns 0, or -EINVAL: no such option; -EFAULT: no address; -ESRCH: no such task
 */
export function prctl(k: Kernel, option: number, varargs: number): number {
  const { memory, state } = k;
  if (option < Option.SetName || option > Option.GetNameExt) return -Errno.EINVAL;
  const name = memory.load32(varargs);
  const pid = option >= Option.SetNameExt ? memory.load32(varargs + 4) : 0;
  const tcb: Tcb | null = pid === 0 ? running(k) : taskOf(k, pid);
  if (!tcb) return -Errno.ESRCH;
  if (name === 0) return -Errno.EFAULT;
  const longest = Math.max(Number(state.settings.config.CONFIG_TASK_NAME_SIZE) - 1, 0);
  if (option === Option.SetName || option === Option.SetNameExt) tcb.name = memory.string(name, longest);
  else memory.storeString(name, tcb.name);
  return 0;
}
