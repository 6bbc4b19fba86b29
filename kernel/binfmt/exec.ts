/** Programs under /bin: the project's apps and what comes with the board (manual 2.1.12 to 2.1.14; NuttX: binfmt). */
import { Errno } from '../errno';
import { stringsAt, variable } from '../environ/environ';
import { note, Note, running, type Kernel } from '../kernel';
import { forgetChild } from '../sched/children';
import { endGroup, removeTask } from '../sched/exit';
import { groupOf } from '../sched/group';
import { activateTask, initTask, type TaskOptions } from '../sched/task';
import { leaveStack } from '../sched/vfork';
import { emptyList, NONE, PIDHASH_SIZE, type BuiltinApp, type Tcb } from '../state';

const FOLDER = '/bin';

/**
 * The program of a path. A path that begins elsewhere is taken from the root; a mere name, if it may, is looked for in
 * the folders that the variable PATH names, /bin by default.
 */
export function findProgram(k: Kernel, path: string, usesPath = false): BuiltinApp | undefined {
  const folders = usesPath && !path.includes('/') ? (variable(k, groupOf(k, running(k)), 'PATH') ?? FOLDER) : '';
  const paths = folders.split(':').map((folder) => `${folder}/${path}`.replace(/\/+/g, '/'));
  return k.state.settings.apps.find(({ name }) => paths.includes(`${FOLDER}/${name}`));
}

/** What to make of a program. The caller's argv[0] is the task's name, as on NuttX; without one the program's is. */
export function taskOptions(app: BuiltinApp, argv: string[], environ: string[] | null): TaskOptions {
  const [name = app.name, ...args] = argv;
  const { entry, priority, stackSize } = app;
  return { name, entry, priority, stackSize, args, ...(environ && { environ }) };
}

function load(k: Kernel, path: number, argv: string[], environ: string[] | null): Tcb | number {
  if (path === 0) return -Errno.EINVAL;
  const app = findProgram(k, k.memory.string(path));
  return app ? initTask(k, taskOptions(app, argv, environ)) : -Errno.ENOENT;
}

/**
 * Manual 2.1.12. Starts a program beside the caller; programs are linked already, so the symbols are not needed.
 *
 * @returns 0, or -ENOENT: no such program; -EINVAL: no path; -ENOMEM, -EAGAIN as task_create
 */
export function exec(k: Kernel, path: number, argv: number): number {
  const tcb = load(k, path, stringsAt(k, argv), null);
  if (typeof tcb === 'number') return tcb;
  activateTask(k, tcb);
  return 0;
}

/** Manual 2.1.13. Puts a program in place of the caller. Does not return; errors as {@link exec}. */
export function execv(k: Kernel, path: number, argv: number): number {
  return become(k, load(k, path, stringsAt(k, argv), null));
}

/** {@link execv} with another environment, unless `envp` is null. */
export function execve(k: Kernel, path: number, argv: number, envp: number): number {
  return become(k, load(k, path, stringsAt(k, argv), envp === 0 ? null : stringsAt(k, envp)));
}

/** Manual 2.1.14. {@link execv} with the arguments one by one, a null behind them. */
export function execl(k: Kernel, path: number, varargs: number): number {
  return become(k, load(k, path, stringsAt(k, varargs), null));
}

/**
 * The caller ends and the task that was made takes its place: its pid and its parent, who is told nothing. A caller that
 * is a pthread, or has other threads, just exits, with a status of 0.
 */
function become(k: Kernel, tcb: Tcb | number): number {
  if (typeof tcb === 'number') return tcb;
  const self = running(k);
  const [old, group] = [groupOf(k, self), groupOf(k, tcb)];
  if (self.kind === 'pthread' || old.members.length > 1) {
    activateTask(k, tcb);
    endGroup(k, self, 0);
    return 0;
  }
  const { tasks, groups } = k.state;
  const { pid } = self;
  note(k, Note.stop, pid, 0);
  forgetChild(k, old, tcb.pid);
  group.parent = old.parent;
  group.exitWaiters = old.exitWaiters;
  Object.assign(old, { parent: NONE, exitWaiters: emptyList() });
  leaveStack(k, self);
  removeTask(k, self);
  tasks[tcb.pid & (PIDHASH_SIZE - 1)] = null;
  tasks[pid & (PIDHASH_SIZE - 1)] = tcb;
  groups.delete(group.id);
  groups.set(pid, group);
  Object.assign(group, { id: pid, members: [pid] });
  Object.assign(tcb, { pid, group: pid });
  activateTask(k, tcb);
  return 0;
}
