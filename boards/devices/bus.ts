/**
 * A bus that tasks share: each hands in a job and waits until it is done; of those that wait for the bus the one of the
 * highest priority is next (NuttX: the lock of the driver). A signal does not end the wait, nor the job.
 */
import { hardwareState } from '../../kernel/hardware';
import { running, taskOf, type BLOCKED, type Kernel } from '../../kernel/kernel';
import { waitInDriver, wakeAllInDriver } from '../../kernel/sched/driverwait';
import type { Tcb } from '../../kernel/state';

/** What a task wants of the bus. */
export interface Job {
  /** By which its task knows it, in Tcb.progress. */
  ticket: number;
  pid: number;
  /** Negated errno, or 0. */
  result: number;
  state: 'waits' | 'runs' | 'done';
}

export interface Bus<J extends Job> {
  jobs: J[];
  nextTicket: number;
}

export const emptyBus = <J extends Job>(): Bus<J> => ({ jobs: [], nextTicket: 1 });

const whatFor = (device: string) => `the bus ${device}`;

/**
 * The running task's job: `make` says what to do, when the task comes with it; BLOCKED is to be given on, and the call to be
 * made again when the wait is over, until the job is here.
 */
export function doJob<J extends Job>(
  k: Kernel,
  device: string,
  make: () => Omit<J, keyof Job>,
  begin: (k: Kernel, job: J) => void,
): J | typeof BLOCKED {
  const bus = hardwareState<Bus<J>>(k, device);
  const tcb = running(k);
  const mine = bus.jobs.findIndex(({ ticket }) => ticket === tcb.progress);
  if (mine < 0) {
    bus.jobs = bus.jobs.filter((job) => job.state === 'runs' || isWanted(k, job));
    tcb.progress = bus.nextTicket++;
    bus.jobs.push({ ...make(), ticket: tcb.progress, pid: tcb.pid, result: 0, state: 'waits' } as J);
    next(k, bus, begin);
  } else if (bus.jobs[mine]!.state === 'done') {
    tcb.progress = 0;
    return bus.jobs.splice(mine, 1)[0]!;
  }
  return waitInDriver(k, whatFor(device));
}

/** The task may have ended meanwhile. */
function isWanted(k: Kernel, { pid, ticket }: Job): boolean {
  const tcb = taskOf(k, pid);
  return tcb !== null && [tcb, ...tcb.suspended].some(({ progress }) => progress === ticket);
}

function next<J extends Job>(k: Kernel, bus: Bus<J>, begin: (k: Kernel, job: J) => void): void {
  if (bus.jobs.some(({ state }) => state === 'runs')) return;
  const priority = ({ pid }: J): number => (taskOf(k, pid) as Tcb).priority;
  const waiting = bus.jobs.filter((job) => job.state === 'waits' && isWanted(k, job));
  if (waiting.length === 0) return;
  const job = waiting.reduce((best, each) => (priority(each) > priority(best) ? each : best));
  job.state = 'runs';
  begin(k, job);
}

/** The job on the bus. */
export function runningJob<J extends Job>(k: Kernel, device: string): J {
  return hardwareState<Bus<J>>(k, device).jobs.find(({ state }) => state === 'runs')!;
}

/** The driver hears that the job is done: its task goes on, and the next one begins. */
export function jobDone<J extends Job>(k: Kernel, device: string, begin: (k: Kernel, job: J) => void): void {
  const bus = hardwareState<Bus<J>>(k, device);
  runningJob<J>(k, device).state = 'done';
  next(k, bus, begin);
  wakeAllInDriver(k, whatFor(device));
}
