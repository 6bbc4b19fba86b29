/**
 * How a running daemon is asked, as NuttX's: SIGUSR1 with the address of a request for its status, SIGHUP to end. Whoever asks
 * waits for the request's semaphore (kernel/libc/ptpd.c does the same in C).
 */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { Flags } from './room';
import { STATUS_SIZE } from './status';

const SIGHUP = 1;
const SIGUSR1 = 10;
const SIGTERM = 15;

/** The next request, where the status goes, whether nobody waits any more, and a sem_t. */
export const Request = { next: 0, status: 4, abandoned: 8, done: 12, size: 28 } as const;

/** struct sigaction: handler, mask, flags, sa_user; and in siginfo_t si_value and si_user. */
const Action = { handler: 0, flags: 12, user: 16, size: 20 } as const;
const Info = { value: 4, user: 16 } as const;
const SA_SIGINFO = 2;

/** The daemon's handler: what it leaves in the room, whose address is sa_user, is seen when the daemon goes on. */
export const onSignal: NativeFunction = function* (sys, signo, info) {
  const room = yield* sys.load32(info + Info.user);
  const request = yield* sys.load32(info + Info.value);
  if (signo !== SIGUSR1) yield* sys.store32(room + Flags.stop, 1);
  else if (yield* sys.isRam(request, Request.size)) {
    yield* sys.store32(request + Request.next, yield* sys.load32(room + Flags.requests));
    yield* sys.store32(room + Flags.requests, request);
  }
  return 0;
};

export function* catchSignals(sys: System, room: number): Program<void> {
  const action = yield* sys.alloc(Action.size);
  yield* sys.store(action, new Uint8Array(Action.size));
  yield* sys.store32(action + Action.handler, yield* sys.pointer(onSignal));
  yield* sys.store32(action + Action.flags, SA_SIGINFO);
  yield* sys.store32(action + Action.user, room);
  for (const signo of [SIGHUP, SIGTERM, SIGUSR1]) yield* sys.sigaction(signo, action, 0);
}

/** Those who ask get the status; who has given up in the meantime leaves the request to the daemon. */
export function* answerRequests(sys: System, room: number, status: Uint8Array): Program<void> {
  yield* sys.sched_lock();
  let request = yield* sys.load32(room + Flags.requests);
  yield* sys.store32(room + Flags.requests, 0);
  while (request !== 0) {
    const next = yield* sys.load32(request + Request.next);
    if (yield* sys.load32(request + Request.abandoned)) yield* sys.free(request);
    else {
      yield* sys.store(yield* sys.load32(request + Request.status), status);
      yield* sys.sem_post(request + Request.done);
    }
    request = next;
  }
  yield* sys.sched_unlock();
}

const CLOCK_MONOTONIC = 1;
/** What a daemon that is alive needs at most. */
const ANSWER_S = 2;

/** struct ptpd_status_s of a daemon; null: no such task, or none that answers. */
export function* askStatus(sys: System, pid: number): Program<Uint8Array | null> {
  const request = yield* sys.malloc(Request.size + STATUS_SIZE);
  if (request === 0) return null;
  const status = request + Request.size;
  yield* sys.store(request, new Uint8Array(Request.size));
  yield* sys.store32(request + Request.status, status);
  yield* sys.sem_init(request + Request.done, 0, 0);
  let isDone = false;
  let isAbandoned = false;
  // In C a union is passed as the address of one.
  const value = yield* sys.alloc(4);
  yield* sys.store32(value, request);
  if ((yield* sys.sigqueue(pid, SIGUSR1, value)) === 0) {
    const limit = yield* sys.alloc(16);
    yield* sys.clock_gettime(CLOCK_MONOTONIC, limit);
    yield* sys.store32(limit, (yield* sys.load32(limit)) + ANSWER_S);
    isDone = (yield* sys.sem_clockwait(request + Request.done, CLOCK_MONOTONIC, limit)) === 0;
    yield* sys.sched_lock();
    isDone ||= (yield* sys.sem_trywait(request + Request.done)) === 0;
    isAbandoned = !isDone;
    yield* sys.store32(request + Request.abandoned, isAbandoned ? 1 : 0);
    yield* sys.sched_unlock();
  }
  const found = isDone ? yield* sys.load(status, STATUS_SIZE) : null;
  if (!isAbandoned) yield* sys.free(request);
  return found;
}

/** Ends a daemon; false with errno: there is none. */
export function* stop(sys: System, pid: number): Program<boolean> {
  return (yield* sys.kill(pid, SIGHUP)) === 0;
}
