/** Waiting for something to happen to a socket. */
import { EXPIRED, startTimeout } from '../clock/timeout';
import { Errno } from '../errno';
import { BLOCKED, members, running, type Kernel } from '../kernel';
import { block, unblock } from '../sched/readytorun';
import { emptyList, TaskState, type TaskList } from '../state';
import type { Socket } from './socket';

const kinds = ['receive', 'send', 'accept', 'connect'] as const;
/** What a task waits for: data, room, somebody who connects, or an answer. */
export type SocketWait = (typeof kinds)[number];
export type SocketWaiters = Record<SocketWait, TaskList>;

export const createWaiters = (): SocketWaiters => ({
  ...{ receive: emptyList(), send: emptyList() },
  ...{ accept: emptyList(), connect: emptyList() },
});

/** {@link Tcb.waitFor} of the first socket's first; above every pid, and below what is waited for in drivers. */
const FIRST = 0x0800_0000;

/** Whether what a task in TaskState.WaitSem waits for is something of a socket. */
export const isSocketWait = (waitFor: number): boolean => waitFor >= FIRST && waitFor < 2 * FIRST;

/** The socket, and what of it. */
export function socketWaitOf({ state }: Kernel, waitFor: number): { socket: Socket; what: SocketWait } {
  const at = waitFor - FIRST;
  return { socket: state.net.sockets.get(Math.floor(at / kinds.length))!, what: kinds[at % kinds.length]! };
}

/** The list that a task is in which waits for something of a socket. */
export function socketWaiters(k: Kernel, waitFor: number): TaskList {
  const { socket, what } = socketWaitOf(k, waitFor);
  return socket.waiters[what];
}

const limitOf = ({ options }: Socket, what: SocketWait) =>
  what === 'receive' || what === 'accept' ? options.receiveTimeout : options.sendTimeout;

/**
 * The running task waits, at most for SO_RCVTIMEO or SO_SNDTIMEO (or `most` ticks) from its first wait in the call on; whoever calls this
 * gives on what it gives: BLOCKED, or -EAGAIN, for a connection -ETIMEDOUT: that time is over.
 */
export function waitOnSocket(k: Kernel, socket: Socket, what: SocketWait, most = limitOf(socket, what)): number {
  const tcb = running(k);
  const isOver = tcb.deadline === EXPIRED || tcb.result === -Errno.ETIMEDOUT;
  if (isOver) return what === 'connect' ? -Errno.ETIMEDOUT : -Errno.EAGAIN;
  if (most > 0 && tcb.deadline === 0) startTimeout(k, tcb, k.state.ticks + most + 1);
  tcb.waitFor = FIRST + socket.id * kinds.length + kinds.indexOf(what);
  block(k, tcb, TaskState.WaitSem, socket.waiters[what]);
  return BLOCKED;
}

/** Those who wait for one of these look again; their limit goes on. */
export function wakeOnSocket(k: Kernel, socket: Socket, what: readonly SocketWait[]): void {
  for (const list of what.map((each) => socket.waiters[each])) {
    for (const tcb of members(k, list)) unblock(k, tcb, list, 0);
  }
}

/** Somebody waits for something that may come over a network. */
export const awaitsNetwork = ({ state }: Kernel): boolean =>
  [...state.net.sockets.values()].some(
    ({ kind, waiters }) => kind !== 'local' && kinds.some((each) => waiters[each].head >= 0),
  );
