/** Everything that is to happen at a time, in the order of expiry. */
import type { ExpiryKind } from '../../../kernel/clock/timeout';
import type { PosixTimer } from '../../../kernel/clock/timer';
import { taskOf } from '../../../kernel/kernel';
import { describeNetTimer } from '../../../kernel/net/timer';
import type { TimerSnapshot } from '../../contract/objects';
import { signalName } from '../signal-names';
import { clockName, dataLabel, functionLabel, tickTime, type Target } from './target';
import { callName, waitOf } from './waits';

type Described = Omit<TimerSnapshot, 'id' | 'expiresNs'>;

const once = { clock: null, intervalNs: null, overruns: null };

export function timerSnapshots(target: Target): TimerSnapshot[] {
  const { timeouts, timers } = target.machine.kernel.state;
  const armed = timeouts.map(({ kind, id, tick }) => ({
    ...describe[kind](target, id),
    id,
    expiresNs: tickTime(target, tick),
  }));
  const disarmed = [...timers.values()].filter(({ tick }) => tick === 0);
  return [...armed, ...disarmed.map((timer) => ({ ...posixTimer(target, timer), id: timer.id, expiresNs: null }))];
}

const describe: Record<ExpiryKind, (target: Target, id: number) => Described> = {
  wait: (target, pid) => {
    const tcb = taskOf(target.machine.kernel, pid)!;
    const wait = waitOf(target, tcb);
    const kind = wait?.kind === 'time' ? 'sleep' : 'wait';
    const label = kind === 'wait' && wait ? `${callName(tcb)} ${wait.label}` : callName(tcb);
    return { ...once, kind, label, owner: pid, action: kind === 'sleep' ? 'wakes it' : 'times out' };
  },
  sporadic: (target, pid) => ({
    ...once,
    kind: 'replenishment',
    label: 'SCHED_SPORADIC',
    owner: pid,
    action: 'gives it budget back',
  }),
  wdog: (target, address) => {
    const { entry } = target.machine.kernel.state.wdogs.get(address)!;
    return {
      ...once,
      kind: 'watchdog',
      label: dataLabel(target, address, 'wdog_s'),
      owner: null,
      action: `calls ${functionLabel(target, entry)}`,
    };
  },
  work: (target, address) => {
    const queue = target.machine.kernel.state.workQueues.find(({ delayed }) => delayed.has(address))!;
    const { entry } = queue.delayed.get(address)!;
    return {
      ...once,
      kind: 'work',
      label: dataLabel(target, address, 'work_s'),
      owner: queue.pid,
      action: `calls ${functionLabel(target, entry)}`,
    };
  },
  net: (target, number) => ({
    ...once,
    kind: 'protocol',
    owner: null,
    ...describeNetTimer(target.machine.kernel, number),
  }),
  timer: (target, id) => posixTimer(target, target.machine.kernel.state.timers.get(id)!),
};

function posixTimer(target: Target, timer: PosixTimer): Described {
  return {
    kind: 'timer',
    label: timer.itimer ? 'ITIMER_REAL' : `timer ${timer.id}`,
    owner: timer.owner,
    clock: clockName(timer.clock),
    intervalNs: timer.interval > 0 ? timer.interval * target.machine.kernel.state.settings.tickNs : null,
    overruns: timer.overrun,
    action: notification(target, timer),
  };
}

/** What a struct sigevent asks for. */
function notification(target: Target, { event }: PosixTimer): string {
  const { notify, signo, value, entry } = event;
  if (notify === SIGEV_SIGNAL) return `sends ${signalName(signo)}, value ${value}`;
  if (notify !== SIGEV_THREAD) return 'nothing (SIGEV_NONE)';
  const { settings, workQueues } = target.machine.kernel.state;
  if (settings.config.CONFIG_SIG_EVTHREAD !== true) return 'nothing (CONFIG_SIG_EVTHREAD is not set)';
  const worker = workQueues.at(-1);
  if (!worker) return 'nothing (there is no work queue)';
  return `calls ${functionLabel(target, entry)} on ${taskOf(target.machine.kernel, worker.pid)!.name}`;
}
const SIGEV_SIGNAL = 1;
const SIGEV_THREAD = 3;
