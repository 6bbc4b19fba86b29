/** Signals (manual 2.7). */
import { entry, immediateWithErrno, positive, resumedBy, waitsCancellably } from '../call';
import * as action from './action';
import * as kill from './kill';
import * as mask from './mask';
import * as pending from './pending';
import * as sets from './sigset';
import * as wait from './wait';

export const signalCalls = [
  entry('2.7.1', 'int sigemptyset(sigset_t *set)', sets.sigemptyset, immediateWithErrno),
  entry('2.7.2', 'int sigfillset(sigset_t *set)', sets.sigfillset, immediateWithErrno),
  entry('2.7.3', 'int sigaddset(sigset_t *set, int signo)', sets.sigaddset, immediateWithErrno),
  entry('2.7.4', 'int sigdelset(sigset_t *set, int signo)', sets.sigdelset, immediateWithErrno),
  entry('2.7.5', 'int sigismember(const sigset_t *set, int signo)', sets.sigismember, immediateWithErrno),
  entry('2.7.6', 'int sigaction(int signo, const struct sigaction *act, struct sigaction *oact)', action.sigaction),
  entry('2.7.7', 'int sigignore(int signo)', action.sigignore),
  entry('2.7.8', '_sa_handler_t sigset(int signo, _sa_handler_t disp)', action.sigset),
  entry('', '_sa_handler_t signal(int signo, _sa_handler_t func)', action.signal),
  entry('2.7.9', 'int sigprocmask(int how, const sigset_t *set, sigset_t *oset)', mask.sigprocmask),
  entry('2.7.10', 'int sighold(int signo)', mask.sighold),
  entry('2.7.11', 'int sigrelse(int signo)', mask.sigrelse),
  entry('2.7.12', 'int sigpending(sigset_t *set)', pending.sigpending),
  entry(
    '2.7.13',
    'int sigsuspend(const sigset_t *set)',
    wait.sigsuspend,
    waitsCancellably,
    resumedBy(wait.resumeSigsuspend),
  ),
  entry('2.7.14', 'int sigpause(int signo)', wait.sigpause, waitsCancellably, resumedBy(wait.resumeSigsuspend)),
  entry(
    '2.7.15',
    'int sigwaitinfo(const sigset_t *set, siginfo_t *info)',
    wait.sigwaitinfo,
    waitsCancellably,
    resumedBy(wait.resumeSigtimedwait),
  ),
  entry(
    '2.7.16',
    'int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)',
    wait.sigtimedwait,
    waitsCancellably,
    resumedBy(wait.resumeSigtimedwait),
  ),
  entry(
    '',
    'int sigwait(const sigset_t *set, int *sig)',
    wait.sigwait,
    positive,
    waitsCancellably,
    resumedBy(wait.resumeSigwait),
  ),
  entry('2.7.17', 'int sigqueue(int tid, int signo, union sigval value)', kill.sigqueue),
  entry('2.7.18', 'int kill(pid_t pid, int sig)', kill.kill),
  entry('', 'int killpg(pid_t pgrp, int signo)', kill.killpg),
  entry('', 'int tgkill(pid_t pid, pid_t tid, int signo)', kill.tgkill),
  entry('', 'int raise(int signo)', kill.raise),
  entry('2.7.19', 'int pause(void)', wait.pause, waitsCancellably, resumedBy(wait.resumeSigtimedwait)),
  entry('2.8.58', 'int pthread_kill(pthread_t thread, int signo)', kill.pthread_kill, positive),
  entry('2.8.59', 'int pthread_sigmask(int how, const sigset_t *set, sigset_t *oset)', mask.sigprocmask, positive),
] as const;
