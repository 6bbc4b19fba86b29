/** What numbers of signal.h are called. */
import { has, MAX_SIGNO, type SignalSet } from '../../kernel/signal/set';
import { SIGRTMIN } from '../../kernel/signal/signo';
import type { SigInfo } from '../../kernel/signal/state';

const STANDARD: readonly string[] = [
  ...['', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGUSR1'],
  ...['SIGSEGV', 'SIGUSR2', 'SIGPIPE', 'SIGALRM', 'SIGTERM', '', 'SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN'],
  ...['SIGTTOU', 'SIGURG', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF', 'SIGWINCH', 'SIGPOLL', '', 'SIGSYS'],
];

export function signalName(signo: number): string {
  if (signo > SIGRTMIN && signo <= MAX_SIGNO) return `SIGRTMIN+${signo - SIGRTMIN}`;
  if (signo === SIGRTMIN) return 'SIGRTMIN';
  return STANDARD[signo] || `signal ${signo}`;
}

/** By number: what an event's argument `signo` stands for. */
export const signalNames: string[] = Array.from({ length: MAX_SIGNO + 1 }, (_, signo) => signalName(signo));

/** Of si_code, by number. */
export const signalCodes: string[] = [
  ...['SI_USER', 'SI_QUEUE', 'SI_TIMER', 'SI_ASYNCIO', 'SI_MESGQ'],
  ...['CLD_EXITED', 'CLD_KILLED', 'CLD_DUMPED', 'CLD_TRAPPED', 'CLD_STOPPED', 'CLD_CONTINUED'],
];

/** Of what a signal does without a handler, by the number in the event log. */
export const defaultActions: string[] = ['terminate', 'stop', 'continue'];

/** Whose call sent a signal; null for a timer, which sends by itself, whatever task it finds running (si_pid has that one). */
export function senderOf({ pid, code }: Pick<SigInfo, 'pid' | 'code'>): number | null {
  return signalCodes[code] === 'SI_TIMER' ? null : pid;
}

/** Of sa_flags, by bit. */
const FLAGS = ['SA_NOCLDSTOP', 'SA_SIGINFO', 'SA_NOCLDWAIT', 'SA_ONSTACK', 'SA_RESTART', 'SA_NODEFER', 'SA_RESETHAND'];

export function actionFlags(flags: number): string[] {
  return FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0);
}

/** The signals of a set. */
export function signalsOf(set: SignalSet): string[] {
  return signalNames.filter((_, signo) => signo > 0 && has(set, signo));
}
