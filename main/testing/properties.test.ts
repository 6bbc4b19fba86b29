/**
 * Random programs over semaphores, queues, signals, priorities, scheduler locks, deletion and ticks, and what has to hold
 * after each kernel entry of theirs.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nativeEntry } from '../../kernel/binfmt/entry';
import type { NativeFunction, NativeProgram, Program, System } from '../../kernel/binfmt/native';
import { members, taskOf, type Kernel } from '../../kernel/kernel';
import { waitListOf, isBlocked } from '../../kernel/sched/waitlist';
import { NONE, TaskState, type TaskList, type Tcb } from '../../kernel/state';
import { compile, type TestFirmware } from './firmware';

const SIGUSR1 = 10;
const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;

/** What a worker does next; `on` is a semaphore or a worker, `n` a priority, or a time in ticks. */
interface Step {
  do: (typeof kinds)[number];
  on: number;
  n: number;
}
const kinds = [
  ...['wait', 'wait', 'timedwait', 'trywait', 'post', 'post', 'send', 'timedsend', 'receive', 'timedreceive'],
  ...['lock', 'unlock', 'priority', 'yield', 'sleep', 'signal', 'delete'],
] as const;

interface Scenario {
  sems: { inherit: boolean; value: number }[];
  workers: { priority: number; steps: Step[] }[];
  /** What another worker does all the time, so that the others do not wait for each other for ever. */
  help: Step[];
  /** CONFIG_TICKSCOPE_POSIX_BOOST, and nobody changes a waiter's priority: lent priorities can be told exactly. */
  posix: boolean;
}

const SEMS = 3;
const WORKERS = 6;
const step = (...of: readonly Step['do'][]) =>
  fc.record({ do: fc.constantFrom(...of), on: fc.nat(5), n: fc.integer({ min: 1, max: 12 }) });
const scenarios: fc.Arbitrary<Scenario> = fc.record({
  sems: fc.array(fc.record({ inherit: fc.boolean(), value: fc.nat(2) }), { minLength: SEMS, maxLength: SEMS }),
  workers: fc.array(
    fc.record({
      priority: fc.integer({ min: 1, max: 12 }),
      steps: fc.array(step(...kinds), { minLength: 20, maxLength: 80 }),
    }),
    { minLength: 2, maxLength: WORKERS },
  ),
  help: fc.array(step('post', 'send', 'receive', 'sleep'), { minLength: 40, maxLength: 120 }),
  posix: fc.boolean(),
});

/** The tick is so short that every few calls one comes. */
const config = {
  CONFIG_USEC_PER_TICK: 20,
  CONFIG_RR_INTERVAL: 1,
  CONFIG_PRIORITY_INHERITANCE: true,
  CONFIG_SEM_PREALLOCHOLDERS: 64,
  CONFIG_DEBUG_FEATURES: true,
};
const TICK_NS = 20_000;

/** Sets up what the native workers share, and starts them. */
const source = `
#include <nuttx/config.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#define SEMS ${SEMS}

sem_t g_sems[SEMS];

int main(int argc, FAR char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 2, .mq_msgsize = 4 };
  mq_open("q", O_RDWR | O_CREAT, 0666, &attr);
  sched_lock();
  for (int i = 0; i < SEMS; i++)
    {
      sem_init(&g_sems[i], 0, argv[1 + i][0] - '0');
      sem_setprotocol(&g_sems[i], argv[1 + i][1] == 'i' ? SEM_PRIO_INHERIT : SEM_PRIO_NONE);
    }
  for (int i = 1 + SEMS; i < argc; i++)
    {
      char address[16];
      char number[16];
      char *args[] = { address, number, NULL };
      snprintf(address, sizeof(address), "%d", (int)g_sems);
      snprintf(number, sizeof(number), "%d", i - 1 - SEMS);
      task_create("worker", atoi(argv[i]), 2048, (main_t)${nativeEntry(0)}, args);
    }
  sched_unlock();
  return 0;
}
`;

/** A scenario as it runs: what the workers have done, beside what the kernel says. */
class Run {
  /** Addresses of the semaphores, and pids of the workers, in their order. */
  readonly sems: number[] = [];
  readonly pids: number[] = [];
  /** Counts given and taken, as the workers know it. */
  readonly posts = new Array<number>(SEMS).fill(0);
  readonly takes = new Array<number>(SEMS).fill(0);
  /** The semaphore that a worker is trying to take a count of. */
  readonly taking = new Map<number, number>();
  /** Deleted before they knew of the count that they got. */
  readonly lost = new Array<number>(SEMS).fill(0);
  private got = new Map<number, number>();
  /** The greatest priority that was lent to a task since it last ran at its own. */
  private readonly lent = new Map<number, number>();
  /** Where each task waits, at which priority, and since when. */
  private arrivals = new Map<number, { list: TaskList; priority: number; since: number }>();
  private firsts = new Map<TaskList, number>();
  /** The task that had the CPU and the scheduler lock, or NONE. */
  private locker = NONE;
  private steps = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly kernel: Kernel,
  ) {}

  /** Somebody sets a waiter's priority: the same one, too, makes it the last of its equals. */
  moved(pid: number): void {
    this.arrivals.delete(pid);
  }

  check(): void {
    this.steps++;
    const { kernel } = this;
    const tasks = kernel.state.tasks.filter((tcb): tcb is Tcb => tcb !== null);
    this.checkLists(tasks);
    this.checkRunning();
    this.checkTimeouts(tasks);
    this.checkCounts(tasks);
    this.checkMessages();
    this.checkBoosts(tasks);
    this.checkOrder(tasks);
  }

  /** Every task is in the one list of its state, and each list is in order and linked both ways. */
  private checkLists(tasks: Tcb[]): void {
    const { kernel } = this;
    const { state } = kernel;
    const lists: [string, TaskList][] = [
      ['ready', state.readyToRun],
      ['pending', state.pending],
      ['sleeping', state.waitingForSignal],
      ['stopped', state.stopped],
      ...[...state.semaphores.values()].map(({ waiters }): [string, TaskList] => ['semaphore', waiters]),
      ...[...state.queues.values()].flatMap(({ notFull, notEmpty }): [string, TaskList][] => [
        ['full', notFull],
        ['empty', notEmpty],
      ]),
    ];
    const seen = new Set<number>();
    for (const [name, list] of lists) {
      let before: Tcb | null = null;
      for (const tcb of members(kernel, list)) {
        must(!seen.has(tcb.pid), `task ${tcb.pid} is in one list only`);
        seen.add(tcb.pid);
        must(tcb.prev === (before?.pid ?? NONE), `${name} is linked backwards`);
        must(!before || before.priority >= tcb.priority, `${name} is in the order of priorities`);
        must(listOf(kernel, tcb) === list, `task ${tcb.pid} in state ${tcb.state} is in ${name}`);
        before = tcb;
      }
      must(list.tail === (before?.pid ?? NONE), `${name} ends with its tail`);
    }
    for (const { pid } of tasks) must(seen.has(pid), `task ${pid} is in a list`);
  }

  private checkRunning(): void {
    const { kernel } = this;
    const { readyToRun, pending } = kernel.state;
    const [first, ...others] = members(kernel, readyToRun);
    must(first!.state === TaskState.Running, 'the first that is ready runs');
    must(
      others.every(({ state }) => state === TaskState.ReadyToRun),
      'no other runs',
    );
    must(pending.head === NONE || first!.lockCount > 0, 'only a scheduler lock keeps tasks off');
    const locker = taskOf(kernel, this.locker);
    const gone = !locker || isBlocked(locker) || locker.lockCount === 0;
    must(gone || locker === first, `task ${this.locker} has the CPU as long as it has the lock`);
    this.locker = first!.lockCount > 0 ? first!.pid : NONE;
  }

  private checkTimeouts(tasks: Tcb[]): void {
    const { timeouts, ticks } = this.kernel.state;
    must(
      timeouts.every(({ tick }, i) => tick > ticks && (i === 0 || timeouts[i - 1]!.tick <= tick)),
      'what is to expire is in order, and to come',
    );
    const waits = timeouts.filter(({ kind }) => kind === 'wait');
    const limited = tasks.filter(({ deadline }) => deadline > 0);
    must(waits.length === limited.length, 'each limit expires once');
    for (const { pid, deadline } of limited) {
      must(
        waits.some(({ id, tick }) => id === pid && tick === deadline),
        `the limit of ${pid} expires`,
      );
    }
  }

  /** No count is lost: what a semaphore has is what it had, and was given, less what was taken and is waited for. */
  private checkCounts(tasks: Tcb[]): void {
    if (this.sems.length === 0) return;
    const { kernel } = this;
    const got = new Map<number, number>();
    for (const tcb of tasks) {
      const sem = this.taking.get(tcb.pid);
      const { result } = tcb.suspended[0] ?? tcb;
      if (sem !== undefined && !isBlocked(tcb) && result === 0) got.set(tcb.pid, sem);
    }
    for (const [pid, sem] of got) {
      const { inherit, holders } = kernel.state.semaphores.get(this.sems[sem]!)!;
      const holds = holders.some((holder) => holder.pid === pid && holder.counts > 0);
      must(!inherit || holds || this.got.has(pid), `task ${pid} holds the count of semaphore ${sem} that it got`);
    }
    for (const [pid, sem] of this.got) {
      if (this.taking.has(pid) && !tasks.some((tcb) => tcb.pid === pid)) this.lost[sem]!++;
    }
    this.got = got;
    this.sems.forEach((address, i) => {
      const count = kernel.memory.load32(address);
      const waiters = members(kernel, kernel.state.semaphores.get(address)!.waiters).length;
      const unaware = [...got.values()].filter((sem) => sem === i).length;
      const left = this.scenario.sems[i]!.value + this.posts[i]! - this.takes[i]! - unaware - this.lost[i]!;
      must(waiters === Math.max(-count, 0), `semaphore ${i} has ${count}, and ${waiters} wait`);
      must(count + waiters === left, `semaphore ${i} has ${count} with ${waiters} waiters, where ${left} are left`);
    });
  }

  /** Messages are in the order of priorities, and what the kernel has room for is in a queue or free. */
  private checkMessages(): void {
    const { queues, messages, settings } = this.kernel.state;
    const queued = [...queues.values()].flatMap((queue) => queue.messages);
    const fromPool = queued.filter(({ source }) => source === 'pool').length;
    must(
      queued.every(({ priority }, i) => i === 0 || queued[i - 1]!.priority >= priority),
      'the queue is in the order of priorities',
    );
    must(messages.pool.length + fromPool === settings.config.CONFIG_PREALLOC_MQ_MSGS, 'no message is lost');
  }

  /**
   * A task runs at its own priority or above, and above only at one that a waiter for what it holds lent it; and not
   * below that of a waiter, unless the waiter's was changed meanwhile.
   */
  private checkBoosts(tasks: Tcb[]): void {
    const { kernel, scenario } = this;
    const { semaphores } = kernel.state;
    for (const { pid, priority, basePriority, holds } of tasks) {
      const waiters = holds.flatMap((address) => members(kernel, semaphores.get(address)!.waiters));
      const due = waiters.map((waiter) => waiter.priority);
      const lent = Math.max(0, ...due, scenario.posix ? 0 : (this.lent.get(pid) ?? 0));
      this.lent.set(pid, priority === basePriority ? Math.max(0, ...due) : lent);
      must(priority >= basePriority, `task ${pid} runs at its priority at least`);
      must(
        !scenario.posix || waiters.every((waiter) => priority >= waiter.basePriority),
        `task ${pid} at ${priority} is lent what those have that wait for it`,
      );
      must(
        priority <= Math.max(basePriority, lent),
        `task ${pid} of ${basePriority} runs at ${priority}, lent ${lent}`,
      );
      for (const address of holds) {
        must(
          semaphores.get(address)!.holders.some((holder) => holder.pid === pid && holder.counts > 0),
          `task ${pid} is a holder of what it holds`,
        );
      }
    }
    const holders = [...semaphores.values()].flatMap((sem) => sem.holders);
    must(kernel.state.holders === holders.length, 'as many holders are out as there are');
  }

  /** Who waits longest goes before those of its priority; who gets a count was the first. */
  private checkOrder(tasks: Tcb[]): void {
    const { kernel } = this;
    const arrivals: typeof this.arrivals = new Map();
    for (const tcb of tasks.filter(isBlocked)) {
      const list = waitListOf(kernel, tcb);
      const { pid, priority } = tcb;
      const known = this.arrivals.get(pid);
      const same = known?.list === list && known.priority === priority;
      arrivals.set(pid, same ? known : { list, priority, since: this.steps });
    }
    for (const { pid, next, priority, basePriority } of tasks.filter((tcb) => arrivals.has(tcb.pid))) {
      const after = next === NONE ? null : tasks.find((tcb) => tcb.pid === next)!;
      // A lent priority that is reckoned again makes a task the last of its equals without changing.
      if (!after || after.priority !== priority || priority !== basePriority || after.basePriority !== priority)
        continue;
      must(arrivals.get(pid)!.since <= arrivals.get(next)!.since, `${pid} waits longer than ${next}`);
    }
    for (const [list, first] of this.firsts) {
      for (const pid of this.got.keys()) {
        const before = this.arrivals.get(pid);
        if (before?.list === list && !arrivals.has(pid)) must(pid === first, `${pid} is served first`);
      }
    }
    this.firsts = new Map([...arrivals.values()].map(({ list }) => [list, list.head]));
    this.arrivals = arrivals;
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}

function listOf(k: Kernel, tcb: Tcb): TaskList {
  if (isBlocked(tcb)) return waitListOf(k, tcb);
  return tcb.state === TaskState.Pending ? k.state.pending : k.state.readyToRun;
}

/** The programs of a scenario; `run` is there when they begin. */
function programs(scenario: Scenario, run: () => Run): NativeProgram[] {
  const scripts = [...scenario.workers.map(({ steps }) => steps), scenario.help];
  const worker: NativeFunction = function* (sys, argc, argv) {
    const [, address, number] = yield* sys.argv(argc, argv);
    const pid = yield* sys.getpid();
    const { sems, pids } = run();
    if (sems.length === 0) for (let i = 0; i < SEMS; i++) sems.push(Number(address) + 16 * i);
    pids[Number(number)] = pid;
    const helper = Number(number) === scenario.workers.length;
    const queue = yield* sys.mq_open('q', O_RDWR);
    const polled = yield* sys.mq_open('q', O_RDWR | O_NONBLOCK);
    const buffer = yield* sys.alloc(32);
    yield* sys.signal(SIGUSR1, nativeEntry(1));
    // The one that helps must not wait itself.
    const worker = { sys, run: run(), pid, queue: helper ? polled : queue, polled, buffer, posix: scenario.posix };
    for (const each of scripts[Number(number)]!) {
      if (helper) yield* sys.usleep(20 * each.n);
      yield* perform(worker, each);
    }
    while (helper) {
      yield* sys.usleep(100);
      for (const on of sems.keys()) yield* perform(worker, { do: 'post', on, n: 1 });
      yield* perform(worker, { do: 'receive', on: 0, n: 1 });
      yield* perform(worker, { do: 'send', on: 0, n: 1 });
    }
    return 0;
  };
  const handler: NativeFunction = function* (sys) {
    yield* sys.sched_yield();
    return 0;
  };
  return [worker, handler].map((entry) => ({ name: 'worker', entry, priority: 100, stackSize: 2048 }));
}

interface Worker {
  sys: System;
  run: Run;
  pid: number;
  /** Descriptors of the queue: one that waits, and one that does not. */
  queue: number;
  polled: number;
  /** 32 bytes of its stack. */
  buffer: number;
  posix: boolean;
}

function* perform(worker: Worker, { do: what, on, n }: Step): Program<unknown> {
  const { sys, run, pid, queue, polled, buffer } = worker;
  const sem = on % SEMS;
  const other = run.pids[on % run.pids.length] ?? pid;
  switch (what) {
    case 'wait':
      return yield* take(worker, sem, sys.sem_wait(run.sems[sem]!));
    case 'trywait':
      return yield* take(worker, sem, sys.sem_trywait(run.sems[sem]!));
    case 'timedwait':
      yield* inTicks(worker, CLOCK_MONOTONIC, n);
      return yield* take(worker, sem, sys.sem_clockwait(run.sems[sem]!, CLOCK_MONOTONIC, buffer));
    case 'post':
      run.posts[sem]!++;
      return yield* sys.sem_post(run.sems[sem]!);
    case 'send':
      return yield* sys.mq_send(on % 2 ? polled : queue, buffer, 4, n);
    case 'receive':
      return yield* sys.mq_receive(on % 2 ? polled : queue, buffer, 4, 0);
    case 'timedsend':
      yield* inTicks(worker, CLOCK_REALTIME, n);
      return yield* sys.mq_timedsend(queue, buffer, 4, n, buffer);
    case 'timedreceive':
      yield* inTicks(worker, CLOCK_REALTIME, n);
      return yield* sys.mq_timedreceive(queue, buffer + 16, 4, 0, buffer);
    case 'lock':
      return yield* sys.sched_lock();
    case 'unlock':
      return yield* sys.sched_unlock();
    case 'yield':
      return yield* sys.sched_yield();
    case 'sleep':
      return yield* sys.usleep(20 * n);
    case 'signal':
      return yield* sys.kill(other, SIGUSR1);
    case 'priority':
      if (worker.posix) return 0;
      yield* sys.store32(buffer, n);
      run.moved(other);
      return yield* sys.sched_setparam(other, buffer);
    case 'delete':
      // Now and then only, and not the one that helps.
      if (n > 2 || other === run.pids.at(-1)) return 0;
      return yield* sys.task_delete(other);
  }
}

function* take({ run, pid }: Worker, sem: number, call: Program): Program {
  run.taking.set(pid, sem);
  const result = yield* call;
  run.taking.delete(pid);
  if (result === 0) run.takes[sem]!++;
  return result;
}

/** A time so many ticks from now, in the worker's buffer. */
function* inTicks({ sys, buffer }: Worker, clock: number, ticks: number): Program<void> {
  yield* sys.clock_gettime(clock, buffer);
  yield* sys.store32(buffer + 8, (yield* sys.load32(buffer + 8)) + ticks * TICK_NS);
}

const MOST_STEPS = 1500;

/** Runs a scenario and checks it after each step; gives the steps and the event log. */
function play(firmware: TestFirmware, scenario: Scenario): { steps: number; log: Int32Array } {
  const args = [
    ...scenario.sems.map(({ inherit, value }) => `${value}${inherit ? 'i' : 'n'}`),
    ...[...scenario.workers.map(({ priority }) => priority), 13].map(String),
  ];
  const machine = firmware.boot(args, { programs: programs(scenario, () => run) });
  const run: Run = new Run(scenario, machine.machine.kernel);
  let steps = 0;
  for (; steps < MOST_STEPS; steps++) {
    const end = machine.run({ entries: machine.machine.position + 1, idle: true });
    must(end !== 'crashed', machine.dump?.text ?? '');
    if (end !== 'limit') break;
    run.check();
  }
  return { steps, log: machine.log };
}

test('whatever tasks do to each other, the kernel stays in order', async () => {
  const byBoost = [
    await compile(source, { config }),
    await compile(source, { config: { ...config, CONFIG_TICKSCOPE_POSIX_BOOST: true } }),
  ];
  let steps = 0;
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const firmware = byBoost[Number(scenario.posix)]!;
      const played = play(firmware, scenario);
      steps += played.steps;
      if (scenario.help.length % 8 === 0) expect(play(firmware, scenario).log).toEqual(played.log);
    }),
    { numRuns: 24, seed: 3 },
  );
  expect(steps).toBeGreaterThan(20_000);
});
