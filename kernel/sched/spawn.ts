/** posix_spawn, task_spawn (manual 2.1.14, 2.1.29; NuttX: task_posixspawn.c, task_spawn.c, task_spawnparms.c). */
import { findProgram, taskOptions } from '../binfmt/exec';
import { Errno } from '../errno';
import { stringsAt } from '../environ/environ';
import { running, type Kernel } from '../kernel';
import { Policy, type Tcb } from '../state';
import { performActions } from './fileactions';
import { groupOf } from './group';
import { loadAttributes, SpawnFlag, type SpawnAttributes } from './spawnattr';
import { checkSporadic, startSporadic } from './sporadic';
import { abandonTask, activateTask, initTask, type TaskOptions } from './task';

/** Stack of task_spawn when the attributes name none (NuttX: CONFIG_POSIX_SPAWN_DEFAULT_STACKSIZE). */
const DEFAULT_STACK = 2048;

/**
 * Manual 2.1.14. Starts a program: what the file actions say is done to its descriptors, the attributes, null for none,
 * give its priority, policy, signal mask and stack. Its environment is `envp`, or the caller's for null. Stores the pid,
 * unless `pid` is null.
 *
 * @returns 0, or the errno: ENOENT: no such program; EINVAL: no path, or attributes that there are not; EBADF: of a file
 *   action; ENOMEM, EAGAIN as task_create
 */
export function posix_spawn(
  k: Kernel,
  pid: number,
  path: number,
  actions: number,
  attr: number,
  argv: number,
  envp: number,
): number {
  return spawnProgram(k, false, pid, path, actions, attr, argv, envp);
}

/** Manual 2.1.14. {@link posix_spawn} that looks for a mere name in the folders of the variable PATH. */
export function posix_spawnp(
  k: Kernel,
  pid: number,
  file: number,
  actions: number,
  attr: number,
  argv: number,
  envp: number,
): number {
  return spawnProgram(k, true, pid, file, actions, attr, argv, envp);
}

function spawnProgram(
  k: Kernel,
  usesPath: boolean,
  pid: number,
  path: number,
  actions: number,
  attr: number,
  argv: number,
  envp: number,
): number {
  if (path === 0) return -Errno.EINVAL;
  const app = findProgram(k, k.memory.string(path), usesPath);
  if (!app) return -Errno.ENOENT;
  const environ = envp === 0 ? null : stringsAt(k, envp);
  const child = spawn(k, taskOptions(app, stringsAt(k, argv), environ), actions, attr);
  if (child < 0) return child;
  if (pid !== 0) k.memory.store32(pid, child);
  return 0;
}

/**
 * Manual 2.1.29. {@link posix_spawn} of a function in place of a program, with the caller's priority by default. Gives
 * the pid, as later NuttX has it, or the negated errno.
 */
export function task_spawn(
  k: Kernel,
  name: number,
  entry: number,
  actions: number,
  attr: number,
  argv: number,
  envp: number,
): number {
  const options: TaskOptions = {
    name: name === 0 ? '<noname>' : k.memory.string(name),
    entry,
    priority: running(k).priority,
    stackSize: DEFAULT_STACK,
    args: stringsAt(k, argv),
    ...(envp !== 0 && { environ: stringsAt(k, envp) }),
  };
  return spawn(k, options, actions, attr);
}

/** Pid of the new task, or a negated errno. */
function spawn(k: Kernel, options: TaskOptions, actions: number, attr: number): number {
  const attributes = attr === 0 ? null : loadAttributes(k, attr);
  if (attributes && !areValid(k, attributes)) return -Errno.EINVAL;
  const tcb = initTask(k, { ...options, ...(attributes && choices(attributes)) });
  if (typeof tcb === 'number') return tcb;
  const done = actions === 0 ? 0 : performActions(k, groupOf(k, tcb), k.memory.load32(actions));
  if (done < 0) {
    abandonTask(k, tcb);
    return done;
  }
  if (attributes) apply(k, tcb, attributes);
  activateTask(k, tcb);
  return tcb.pid;
}

function areValid(k: Kernel, { flags, policy, sporadic }: SpawnAttributes): boolean {
  if (!(flags & SpawnFlag.SetScheduler) || policy < Policy.Sporadic) return true;
  const { config } = k.state.settings;
  return policy === Policy.Sporadic && config.CONFIG_SCHED_SPORADIC === true && checkSporadic(k, sporadic);
}

/** What is zero in the attributes was not chosen. */
function choices({ priority, stackBase, stackSize }: SpawnAttributes): Partial<TaskOptions> {
  return {
    ...(priority !== 0 && { priority }),
    ...(stackSize !== 0 && { stackSize }),
    ...(stackBase !== 0 && { stackBase }),
  };
}

function apply(k: Kernel, tcb: Tcb, { flags, policy, mask, sporadic }: SpawnAttributes): void {
  if (flags & SpawnFlag.SetSigmask) tcb.signals.mask = mask;
  if (!(flags & SpawnFlag.SetScheduler)) return;
  if (policy === Policy.Sporadic) {
    startSporadic(k, tcb, { ...sporadic, priority: tcb.priority });
    return;
  }
  const { rrTicks } = k.state.settings;
  tcb.policy = policy === Policy.Fifo || rrTicks === 0 ? Policy.Fifo : Policy.Rr;
  tcb.timeslice = tcb.policy === Policy.Rr ? rrTicks : 0;
}
