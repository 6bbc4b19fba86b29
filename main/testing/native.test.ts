/** Native programs: the same calls as C, beside C tasks. */
import { expect, test } from 'vitest';
import { nativeEntry } from '../../kernel/binfmt/entry';
import type { NativeProgram, System } from '../../kernel/binfmt/native';
import { expectCheckpointsHold } from './checkpoints';
import { compile } from './firmware';

const [O_RDONLY, O_RDWR, O_CREAT] = [0, 2, 0o100];

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

function* print(sys: System, text: string) {
  const bytes = bytesOf(text);
  const buffer = yield* sys.alloc(bytes.length);
  yield* sys.store(buffer, bytes);
  yield* sys.write(1, buffer, bytes.length);
}

const program = (entry: NativeProgram['entry']): NativeProgram => ({
  name: 'native',
  entry,
  priority: 110,
  stackSize: 4096,
});

/** Takes messages of a queue that a C task fills, and answers through a semaphore whose address is an argument. */
const receiver = program(function* (sys, argc, argv) {
  const [name, queue, sem] = yield* sys.argv(argc, argv);
  const mqd = yield* sys.mq_open(queue!, O_RDONLY);
  const buffer = yield* sys.alloc(32);
  for (let sum = 0; ;) {
    const length = yield* sys.mq_receive(mqd, buffer, 32, 0);
    if (length < 4) return sum;
    sum += yield* sys.load32(buffer);
    yield* print(sys, `${name} has ${sum}\n`);
    yield* sys.sem_post(Number(sem));
  }
});

const sender = `
#include <nuttx/config.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t g_answer;

int main(int argc, FAR char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 4, .mq_msgsize = 32 };
  mqd_t mqd = mq_open("numbers", O_WRONLY | O_CREAT, 0666, &attr);
  char sem[16];
  char *args[] = { "numbers", sem, NULL };
  snprintf(sem, sizeof(sem), "%u", (unsigned)&g_answer);
  sem_init(&g_answer, 0, 0);
  task_create("taker", 110, 4096, (main_t)${nativeEntry(0)}, args);
  for (int i = 1; i <= 3; i++)
    {
      mq_send(mqd, (FAR const char *)&i, sizeof(i), 0);
      sem_wait(&g_answer);
      printf("answered %d\\n", i);
    }
  mq_send(mqd, "", 0, 0);
  return 0;
}
`;

const expected = ['taker has 1', 'answered 1', 'taker has 3', 'answered 2', 'taker has 6', 'answered 3'];

test('a native program and a C task share a queue and a semaphore', async () => {
  const firmware = await compile(sender);
  const machine = firmware.boot([], { programs: [receiver] });
  expect(machine.finish()).toBe('ended');
  expect(machine.dump).toBeNull();
  expect(machine.lines).toEqual(expected);
});

test('a checkpoint holds a native program at every position', async () => {
  const firmware = await compile(sender);
  expectCheckpointsHold(firmware.boot([], { programs: [receiver] }));
});

test('errno, strings and variable arguments are as in C', async () => {
  const errors = program(function* (sys) {
    const missing = yield* sys.mq_open('no such queue', O_RDONLY);
    yield* print(sys, `${missing} ${yield* sys.errno()}\n`);
    const attr = yield* sys.alloc(16);
    yield* sys.store32(attr, 2);
    yield* sys.store32(attr + 4, 8);
    const mqd = yield* sys.mq_open('made here', O_RDWR | O_CREAT, 0o666, attr);
    yield* print(sys, `${yield* sys.mq_send(mqd, 'more than eight', 15, 0)} ${yield* sys.errno()}\n`);
    return 7;
  });
  const firmware = await compile(
    `
#include <sched.h>
int main(int argc, FAR char *argv[])
{
  return task_create("errors", 110, 4096, (main_t)${nativeEntry(0)}, NULL) < 0;
}
`,
    { config: { CONFIG_DEBUG_FEATURES: true } },
  );
  const machine = firmware.boot([], { programs: [errors] });
  machine.finish();
  expect(machine.lines).toEqual(['-1 2', '-1 90']);
});

test('a native program that throws stops the board with a dump, and the app goes on', async () => {
  const broken = program(function* (sys) {
    yield* sys.getpid();
    throw new Error('a mistake of ours');
  });
  const firmware = await compile(`
#include <sched.h>
int main(int argc, FAR char *argv[])
{
  return task_create("broken", 110, 4096, (main_t)${nativeEntry(0)}, NULL) < 0;
}
`);
  const machine = firmware.boot([], { programs: [broken] });
  expect(machine.finish()).toBe('crashed');
  expect(machine.dump?.reason).toContain('a mistake of ours');
});

test('a native program that takes more than its stack has is a stack overflow', async () => {
  const greedy = program(function* (sys) {
    for (;;) yield* sys.alloc(1000);
  });
  const firmware = await compile(`
#include <sched.h>
int main(int argc, FAR char *argv[])
{
  return task_create("greedy", 110, 4096, (main_t)${nativeEntry(0)}, NULL) < 0;
}
`);
  const machine = firmware.boot([], { programs: [greedy] });
  expect(machine.finish()).toBe('crashed');
  expect(machine.dump?.reason).toContain('Stack overflow');
});

test('what a native function takes of the interrupt stack it gives back', async () => {
  const callback = program(function* (sys) {
    yield* sys.store32(yield* sys.alloc(1000), 1);
    return 0;
  });
  const firmware = await compile(`
#include <nuttx/wdog.h>
#include <unistd.h>
int main(int argc, FAR char *argv[])
{
  static struct wdog_s wdog;
  for (int i = 0; i < 10; i++)
    {
      wd_start(&wdog, 0, (wdentry_t)${nativeEntry(0)}, 0);
      usleep(20000);
    }

  return 5;
}
`);
  const machine = firmware.boot([], { programs: [callback] });
  machine.finish();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.status).toBe(5);
});

test('the calls are typed by their prototypes', () => {
  function* program(sys: System) {
    yield* sys.task_create('worker', 100, 2048, 1, 0);
    yield* sys.pthread_create(0x2000_0000, 0, 1, 0);
    // @ts-expect-error a semaphore is no string
    yield* sys.sem_wait('sem');
    // @ts-expect-error arguments are missing
    yield* sys.sem_timedwait(0x2000_0000);
    // @ts-expect-error a queue has no such flag
    yield* sys.mq_open('queue', 'O_RDONLY');
  }
  // What counts is that it compiles.
  expect(program).toBeTypeOf('function');
});
