/** ^C while a command of the shell runs: the signal ends its wait, and the shell sees that it came. */
import type { NativeFunction, Program } from '../../../kernel/binfmt/native';
import type { Shell } from './shell';

export const SIGINT = 2;
/** struct sigaction: handler, mask, flags, sa_user; and si_user in siginfo_t. */
const ACTION_SIZE = 20;
const Action = { handler: 0, flags: 12, user: 16 } as const;
const SI_USER = 16;
const SA_SIGINFO = 1 << 1;

/** The handler: notes the signal where sa_user says. */
export const onInterrupt: NativeFunction = function* (sys, _signo, info) {
  yield* sys.store32(yield* sys.load32(info + SI_USER), 1);
  return 0;
};

export function* catchInterrupts({ sys, interruptFlag }: Pick<Shell, 'sys' | 'interruptFlag'>): Program<void> {
  const action = yield* sys.alloc(ACTION_SIZE);
  yield* sys.store(action, new Uint8Array(ACTION_SIZE));
  yield* sys.store32(action + Action.handler, yield* sys.pointer(onInterrupt));
  yield* sys.store32(action + Action.flags, SA_SIGINFO);
  yield* sys.store32(action + Action.user, interruptFlag);
  yield* sys.sigaction(SIGINT, action, 0);
}
