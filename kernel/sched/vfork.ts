/**
 * vfork (manual 2.1.11). The child runs on its parent's stack, in a copy of the parent's frames, and the parent is
 * suspended, out of every list, until the child ends or becomes another program.
 */
import { running, taskOf, type Kernel } from '../kernel';
import { NONE, TaskState, type Tcb } from '../state';
import { removeReady, addReady } from './readytorun';
import { activateTask, allocateFrames, initTwin } from './task';

/**
 * Manual 2.1.11. Gives 0 to the child, which goes first, and the child's pid to the parent, once the child has called
 * _exit or one of the exec family. Signals for the parent wait until then.
 *
 * @returns 0, the pid, or -EAGAIN: no more pids; -ENOMEM: no room for the environment
 */
export function vfork(k: Kernel): number {
  const parent = running(k);
  const child = initTwin(k, parent);
  if (typeof child === 'number') return child;
  child.vforkParent = parent.pid;
  removeReady(k, parent);
  parent.state = TaskState.Inactive;
  activateTask(k, child);
  return child.pid;
}

/** The child is entered for the first time. Only now the parent's frames are saved, which its call has left. */
export function takeFrames(k: Kernel, child: Tcb): void {
  const parent = taskOf(k, child.vforkParent)!;
  const used = parent.frameTop - parent.frameBase;
  allocateFrames(k, child, parent.frameLimit - parent.frameBase);
  k.memory.bytes.copyWithin(child.frameBase, parent.frameBase, parent.frameTop);
  const moved = child.frameBase - parent.frameBase;
  child.frameStart = parent.frameStart + moved;
  child.frameTop = child.frameBase + used;
  child.suspended = parent.suspended.map((activation) => ({
    ...activation,
    // It never goes back there, and what calls hold there is its parent's.
    call: NONE,
    polled: null,
    then: 'nothing',
    native: copyRun(activation.native),
    frameStart: activation.frameStart + moved,
    frameTop: activation.frameTop + moved,
  }));
  const { entry, arg0, arg1, arg2, stackPointer, native } = parent;
  Object.assign(child, { entry, arg0, arg1, arg2, stackPointer, native: copyRun(native) });
}

const copyRun = (run: Tcb['native']) => run && { ...run, results: [...run.results] };

/**
 * A task ends or becomes another program. Who waits for the stack that it has from its parent goes on, unless a vfork
 * child of its own is on that stack: then the stack becomes the child's, and so do the frames if that has not begun.
 */
export function leaveStack(k: Kernel, tcb: Tcb): void {
  const { vforkParent } = tcb;
  const child = tcb.state === TaskState.Inactive && k.state.tasks.find((other) => other?.vforkParent === tcb.pid);
  if (child) {
    if (child.frameBase === 0) takeFrames(k, child);
    child.ownsStack = tcb.ownsStack;
    child.vforkParent = vforkParent;
    tcb.ownsStack = false;
  } else if (vforkParent !== NONE) {
    addReady(k, taskOf(k, vforkParent)!);
  }
  tcb.vforkParent = NONE;
}
