/** What /proc says of each task and thread (NuttX: fs/procfs/fs_procfsproc.c). */
import { loadOf } from '../../clock/cpuload';
import { stringsAt } from '../../environ/environ';
import { taskOf, type Kernel } from '../../kernel';
import { groupOf } from '../../sched/group';
import { stackPeak } from '../../sched/stack';
import { hasParents } from '../../sched/children';
import { Policy, type Tcb } from '../../state';
import { inodeTypeOf } from './inodetype';
import { field, hex, percent } from './text';

/** In the order of TaskState. */
const states = [
  'Invalid', 'Waiting,Unlock', 'Ready', 'Running', 'Inactive', 'Waiting,Semaphore', 'Waiting,Signal', 'Waiting,MQ empty',
  'Waiting,MQ full', 'Stopped',
] as const; // prettier-ignore

const types: Readonly<Record<Tcb['kind'], string>> = {
  idle: 'Kthread',
  kthread: 'Kthread',
  task: 'Task',
  pthread: 'pthread',
};

const policies: Readonly<Record<number, string>> = {
  [Policy.Fifo]: 'SCHED_FIFO',
  [Policy.Rr]: 'SCHED_RR',
  [Policy.Sporadic]: 'SCHED_SPORADIC',
};

const NOCLDWAIT = 1 << 0;

function status(k: Kernel, tcb: Tcb): string {
  const { priority, basePriority } = tcb;
  const lent = k.state.settings.priorityInheritance ? ` (${basePriority})` : '';
  const [low, high] = tcb.signals.mask;
  const mask = [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0'));
  return [
    field('Name:', tcb.name),
    field('Type:', types[tcb.kind]),
    field('Group:', groupOf(k, tcb).id),
    field('State:', states[tcb.state]!),
    field('Flags:', tcb.exiting ? 'P' : '-'),
    field('Priority:', `${priority}${lent}`),
    field('Scheduler:', policies[tcb.policy]!),
    field('SigMask:', mask.join('')),
  ].join('');
}

/** The name, and the arguments behind it: those of a task as they are now, of a thread the one that it has. */
function cmdline(k: Kernel, tcb: Tcb): string {
  const { arg0, arg1 } = tcb.suspended[0] ?? tcb;
  if (tcb.kind === 'pthread') return `${tcb.name} ${hex(arg0)}\n`;
  const args = tcb.kind === 'idle' || tcb.entry === 0 ? [] : stringsAt(k, arg1).slice(1);
  return `${[tcb.name, ...args].join(' ')}\n`;
}

function stack(k: Kernel, tcb: Tcb): string {
  return [
    field('StackAlloc:', hex(tcb.stackBase)),
    field('StackBase:', hex(tcb.stackBase)),
    field('StackSize:', tcb.stackSize),
    field('StackUsed:', stackPeak(k, tcb)),
  ].join('');
}

function groupStatus(k: Kernel, tcb: Tcb): string {
  const { id, parent, noChildStatus, members } = groupOf(k, tcb);
  return [
    hasParents(k) ? field('Parent ID:', parent) : '',
    field('Main task:', id),
    field('Flags:', `0x${(noChildStatus ? NOCLDWAIT : 0).toString(16).padStart(2, '0')}`),
    field('Members:', members.length),
    field('Member IDs:', members.join(' ')),
  ].join('');
}

function descriptors(k: Kernel, tcb: Tcb): string {
  const row = (fd: number | string, flags: number | string, type: string, offset: number | string, path: string) =>
    `${String(fd).padEnd(3)} ${String(flags).padEnd(7)} ${type.padEnd(4)} ${String(offset).padEnd(9)} ${path}\n`;
  const lines = groupOf(k, tcb).descriptors.map((descriptor, fd) => {
    const file = descriptor && k.state.files.get(descriptor.file)!;
    return file ? row(fd, file.flags, inodeTypeOf(k, file).toString(16), file.offset, file.path) : '';
  });
  return `\n${row('FD', 'OFLAGS', 'TYPE', 'POS', 'PATH')}${lines.join('')}`;
}

function environment(k: Kernel, tcb: Tcb): string {
  return stringsAt(k, groupOf(k, tcb).environ)
    .map((text) => `${text}\n`)
    .join('');
}

/** Files below /proc/<pid>, in NuttX's order. */
export const processFiles: Readonly<Record<string, (k: Kernel, tcb: Tcb) => string>> = {
  status,
  cmdline,
  loadavg: (k, tcb) => percent(loadOf(k, tcb)),
  stack,
  'group/status': groupStatus,
  'group/fd': descriptors,
  'group/env': environment,
};

/** The task of a folder's name; undefined when there is none, or the name is no pid. */
export function taskNamed(k: Kernel, name: string): Tcb | undefined {
  return (/^\d+$/.test(name) && taskOf(k, Number(name))) || undefined;
}
