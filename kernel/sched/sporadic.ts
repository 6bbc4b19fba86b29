/**
 * SCHED_SPORADIC (manual 2.2; NuttX: sched_sporadic.c). A thread has its high priority for a budget of time, then a low
 * one for the rest of the replenishment period. What it could not use of a budget, since it was off the CPU, it gets
 * back half a period after it lost it, as often as its limit of pending replenishments allows.
 *
 * Tcb.timeslice says in which part of the period the thread is: what is left of the budget; 0 with the low priority; or
 * {@link OVERDUE} when the budget is used up, but the scheduler lock kept the thread at the high one.
 */
import { cancelExpiry, startExpiry } from '../clock/timeout';
import { loadTimespec, NSEC_PER_SEC, storeTimespec, ticksOf } from '../clock/timespec';
import { Errno } from '../errno';
import { taskOf, type Kernel } from '../kernel';
import { Policy, PRIORITY_MAX, PRIORITY_MIN, type Tcb } from '../state';
import { setPriority } from './priority';

/** Times are in ticks. */
export interface SporadicParam {
  priority: number;
  lowPriority: number;
  period: number;
  budget: number;
  /** Most replenishments that may be pending, the current budget among them. */
  maxReplenishments: number;
}

export interface Sporadic extends SporadicParam {
  /** It is off the CPU. */
  suspended: boolean;
  /** When it came to the CPU or left it, or the budget began. */
  since: number;
  /** Budget that the current part of the period began with. */
  given: number;
  /** Timers that run, in the order in which they were started. */
  timers: SporadicTimer[];
}

/**
 * What a timer's end means: of the whole budget (the low part of the period begins), of the period (the next begins), of
 * the delay before a replenishment, and of the budget that was replenished.
 */
export interface SporadicTimer {
  kind: 'budget' | 'interval' | 'delay' | 'replenished';
  tick: number;
  /** What is replenished after the delay. */
  budget: number;
}

const OVERDUE = -1;

/** Offsets in struct sched_param (manual 3.4). */
const Param = { priority: 0, lowPriority: 4, period: 8, budget: 24, maxReplenishments: 40 } as const;

/** Reads a struct sched_param of a sporadic thread. -EINVAL: what NuttX does not accept, see {@link checkSporadic}. */
export function loadSporadicParam(k: Kernel, address: number): SporadicParam | number {
  const { memory, state } = k;
  const ticksAt = (offset: number) => {
    const { sec, nsec } = loadTimespec(k, address + offset);
    return Math.max(ticksOf(state, sec * NSEC_PER_SEC + nsec), 1);
  };
  const param = {
    priority: memory.load32(address + Param.priority),
    lowPriority: memory.load32(address + Param.lowPriority),
    period: ticksAt(Param.period),
    budget: ticksAt(Param.budget),
    maxReplenishments: memory.load32(address + Param.maxReplenishments),
  };
  return checkSporadic(k, param) ? param : -Errno.EINVAL;
}

/**
 * Whether parameters are such that NuttX accepts them: CONFIG_SCHED_SPORADIC, 1 to CONFIG_SCHED_SPORADIC_MAXREPL
 * replenishments, and a budget of at most half the period.
 */
export function checkSporadic({ state }: Kernel, param: SporadicParam): boolean {
  const { config } = state.settings;
  return (
    config.CONFIG_SCHED_SPORADIC === true &&
    isPriority(param.priority) &&
    isPriority(param.lowPriority) &&
    param.maxReplenishments >= 1 &&
    param.maxReplenishments <= Number(config.CONFIG_SCHED_SPORADIC_MAXREPL) &&
    param.period >= 2 * param.budget
  );
}

const isPriority = (value: number) => value >= PRIORITY_MIN && value <= PRIORITY_MAX;

/** Fills in the fields of a struct sched_param that only sporadic threads have; zeros for others. */
export function storeSporadicParam(k: Kernel, address: number, tcb: Tcb): void {
  if (k.state.settings.config.CONFIG_SCHED_SPORADIC !== true) return;
  const { tickNs } = k.state.settings;
  const storeTicks = (offset: number, ticks: number) => {
    const ns = ticks * tickNs;
    storeTimespec(k, address + offset, Math.floor(ns / NSEC_PER_SEC), ns % NSEC_PER_SEC);
  };
  const { sporadic } = tcb;
  k.memory.store32(address + Param.lowPriority, sporadic?.lowPriority ?? 0);
  storeTicks(Param.period, sporadic?.period ?? 0);
  storeTicks(Param.budget, sporadic?.budget ?? 0);
  k.memory.store32(address + Param.maxReplenishments, sporadic?.maxReplenishments ?? 0);
}

/** The thread becomes sporadic, or begins anew with other parameters: its first budget begins. */
export function startSporadic(k: Kernel, tcb: Tcb, param: SporadicParam): void {
  stopSporadic(k, tcb);
  tcb.policy = Policy.Sporadic;
  tcb.sporadic = { ...param, suspended: tcb.pid !== k.state.onCpu, since: k.state.ticks, given: 0, timers: [] };
  beginBudget(k, tcb, tcb.sporadic);
}

/** The thread is no longer sporadic, or ends. */
export function stopSporadic(k: Kernel, tcb: Tcb): void {
  if (tcb.sporadic) cancelTimers(k, tcb, tcb.sporadic);
  tcb.sporadic = null;
}

/** As with a watchdog, the tick that has begun does not count. */
function startTimer(k: Kernel, tcb: Tcb, kind: SporadicTimer['kind'], delay: number, budget: number): void {
  const tick = k.state.ticks + delay + 1;
  tcb.sporadic!.timers.push({ kind, tick, budget });
  startExpiry(k, 'sporadic', tcb.pid, tick);
}

function cancelTimers(k: Kernel, tcb: Tcb, sporadic: Sporadic): void {
  for (const { tick } of sporadic.timers) cancelExpiry(k, 'sporadic', tcb.pid, tick);
  sporadic.timers = [];
}

function beginBudget(k: Kernel, tcb: Tcb, sporadic: Sporadic): void {
  tcb.timeslice = sporadic.given = sporadic.budget;
  sporadic.since = k.state.ticks;
  startTimer(k, tcb, 'budget', sporadic.budget, 0);
  toHighPriority(k, tcb, sporadic);
}

function beginLowPart(k: Kernel, tcb: Tcb, sporadic: Sporadic): void {
  tcb.timeslice = 0;
  startTimer(k, tcb, 'interval', sporadic.period - sporadic.budget, 0);
  toLowPriority(k, tcb, sporadic);
}

/** A priority that is lent is left alone; what the thread goes back to afterwards is another one. */
function toLowPriority(k: Kernel, tcb: Tcb, { lowPriority }: Sporadic): void {
  const boosted = tcb.priority > tcb.basePriority;
  tcb.basePriority = lowPriority;
  if (!boosted) setPriority(k, tcb, lowPriority);
}

function toHighPriority(k: Kernel, tcb: Tcb, { priority }: Sporadic): void {
  const boosted = tcb.priority > tcb.basePriority && tcb.priority > priority;
  tcb.basePriority = priority;
  if (!boosted) setPriority(k, tcb, priority);
}

/** A timer of the thread has come to its end. */
export function expireSporadic(k: Kernel, pid: number): void {
  const tcb = taskOf(k, pid)!;
  const sporadic = tcb.sporadic!;
  const at = sporadic.timers.findIndex(({ tick }) => tick <= k.state.ticks);
  const { kind, budget } = sporadic.timers.splice(at, 1)[0]!;
  if (kind === 'interval') {
    beginBudget(k, tcb, sporadic);
  } else if (kind === 'delay') {
    tcb.timeslice = sporadic.given = budget;
    startTimer(k, tcb, 'replenished', budget, 0);
    toHighPriority(k, tcb, sporadic);
  } else if (tcb.lockCount > 0) {
    // It keeps the high priority until sched_unlock.
    waitForUnlock(k, tcb, sporadic);
  } else if (kind === 'budget') {
    if (sporadic.suspended) replenishLater(k, tcb, sporadic, k.state.ticks - sporadic.since);
    beginLowPart(k, tcb, sporadic);
  } else {
    tcb.timeslice = 0;
    toLowPriority(k, tcb, sporadic);
  }
}

function waitForUnlock(k: Kernel, tcb: Tcb, sporadic: Sporadic): void {
  cancelTimers(k, tcb, sporadic);
  tcb.timeslice = OVERDUE;
}

/** What the thread could not use comes back half a period after it left the CPU, if it may have one more timer. */
function replenishLater(k: Kernel, tcb: Tcb, sporadic: Sporadic, unused: number): void {
  if (unused <= 0 || sporadic.timers.length >= sporadic.maxReplenishments) return;
  startTimer(k, tcb, 'delay', Math.max(Math.floor(sporadic.period / 2) - unused, 0), unused);
}

/** Called at each tick with the running task, when that is sporadic. */
export function processSporadic(k: Kernel, tcb: Tcb): void {
  if (tcb.timeslice > 1) tcb.timeslice--;
  else if (tcb.timeslice !== 0 && tcb.lockCount > 0) waitForUnlock(k, tcb, tcb.sporadic!);
}

/** At the last sched_unlock: a budget that ended under the lock has its consequences now. */
export function unlockSporadic(k: Kernel, tcb: Tcb): void {
  if (tcb.timeslice === OVERDUE) beginLowPart(k, tcb, tcb.sporadic!);
}

/** The thread leaves the CPU. */
export function suspendSporadic(k: Kernel, { sporadic }: Tcb): void {
  if (sporadic!.suspended) return;
  sporadic!.suspended = true;
  sporadic!.since = k.state.ticks;
}

/** The thread comes to the CPU. What it missed of its budget meanwhile it gets back later. */
export function resumeSporadic(k: Kernel, tcb: Tcb): void {
  const sporadic = tcb.sporadic!;
  if (!sporadic.suspended) return;
  sporadic.suspended = false;
  const missed = k.state.ticks - sporadic.since;
  if (tcb.timeslice > 0 && missed > 0) {
    if (missed >= tcb.timeslice) return;
    tcb.timeslice -= missed;
    if (tcb.timeslice < sporadic.given) replenishLater(k, tcb, sporadic, missed);
  }
  sporadic.since = k.state.ticks;
}
