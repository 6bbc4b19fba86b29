/** Signals between C and native programs. */
import { expect, test } from 'vitest';
import { nativeEntry } from '../../../kernel/binfmt/entry';
import type { NativeFunction, NativeProgram, System } from '../../../kernel/binfmt/native';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const SIGUSR1 = 10;
const EINTR = 4;

function* print(sys: System, text: string) {
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const buffer = yield* sys.alloc(bytes.length);
  yield* sys.store(buffer, bytes);
  yield* sys.write(1, buffer, bytes.length);
}

const program = (name: string, entry: NativeFunction): NativeProgram => ({
  name,
  entry,
  priority: 110,
  stackSize: 4096,
});

/** Prints what siginfo_t says, sleeps, and puts something else into errno. */
const handler = program('handler', function* (sys, signo, info) {
  yield* print(sys, `handler ${signo}: ${yield* sys.load32(info + 4)}\n`);
  yield* sys.usleep(10_000);
  yield* sys.kill(-1, 0);
  return 0;
});

/** Installs it and waits in sem_wait, then in sigwaitinfo. */
const receiver = program('receiver', function* (sys) {
  const [action, set, info, sem] = [
    yield* sys.alloc(20),
    yield* sys.alloc(8),
    yield* sys.alloc(20),
    yield* sys.alloc(32),
  ];
  yield* sys.sigemptyset(set);
  yield* sys.store(action, new Uint8Array(20));
  yield* sys.store32(action, nativeEntry(0));
  yield* sys.sigaction(SIGUSR1, action, 0);
  yield* sys.sem_init(sem, 0, 0);
  const result = yield* sys.sem_wait(sem);
  yield* print(sys, `sem_wait: ${result} ${(yield* sys.errno()) === EINTR}\n`);
  yield* sys.sigaddset(set, SIGUSR1);
  yield* sys.sigprocmask(1, set, 0);
  const signo = yield* sys.sigwaitinfo(set, info);
  yield* print(sys, `sigwaitinfo: ${signo} ${yield* sys.load32(info + 4)}\n`);
  return 0;
});

const sender = `
#include <nuttx/config.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

int main(int argc, FAR char *argv[])
{
  pid_t pid = task_create("receiver", 110, 4096, (main_t)${nativeEntry(1)}, NULL);
  for (int i = 1; i <= 2; i++)
    {
      sigqueue(pid, SIGUSR1, (union sigval){ .sival_int = i });
      usleep(50000);
    }

  return 0;
}
`;

const expected = ['handler 10: 1', 'sem_wait: -1 true', 'sigwaitinfo: 10 2'];

test('a native program handles a signal in a generator function, which may wait', async () => {
  const firmware = await compile(sender);
  const machine = firmware.boot([], { programs: [handler, receiver] });
  machine.finish();
  expect(machine.dump).toBeNull();
  expect(machine.lines).toEqual(expected);
});

test('a checkpoint holds it at every position, within the handler too', async () => {
  const firmware = await compile(sender);
  expectCheckpointsHold(firmware.boot([], { programs: [handler, receiver] }));
});
