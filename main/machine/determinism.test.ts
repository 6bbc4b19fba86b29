import { beforeAll, describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../boards/machine';
import { compile, type TestFirmware, type TestMachine } from '../testing/firmware';

/** Tasks in tight loops, with and without system calls, some recursive, some that wait, one that reads the console. */
const source = `#include <nuttx/config.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static sem_t g_sem;
static volatile uint32_t g_shared;
static uint32_t g_results[8];

/* No system calls at all: only the timer takes the CPU away. */

static int spinner(int argc, FAR char *argv[])
{
  int me = atoi(argv[1]);
  uint32_t x = me;
  for (int i = 0; i < 2000000 + me * 1000; i++)
    {
      x = x * 1664525 + 1013904223;
      g_shared += x >> 24;
    }

  g_results[me] = x;
  printf("spinner %d ends with %08x\\n", me, (unsigned)x);
  return 0;
}

static uint32_t tree(int depth, uint32_t seed)
{
  if (depth == 0)
    {
      return seed ^ g_shared;
    }

  return tree(depth - 1, seed * 3) + tree(depth - 1, seed * 5 + 1);
}

/* Loses the CPU at the bottom of many calls, so that it has much to save. */

static uint32_t deep(int depth, uint32_t x)
{
  if (depth == 0)
    {
      for (int i = 0; i < 100000; i++) x = x * 5 + g_shared;
      sem_post(&g_sem);
      return x;
    }

  return deep(depth - 1, x * 7) ^ depth;
}

static int climber(int argc, FAR char *argv[])
{
  for (int i = 0; i < 8; i++)
    {
      g_shared ^= tree(10, i) + deep(i * 15, i);
      sem_post(&g_sem);
    }

  return 0;
}

static int sleeper(int argc, FAR char *argv[])
{
  mqd_t mq = mq_open("q", O_RDWR);
  for (int i = 0; i < 10; i++)
    {
      FAR char *block = malloc(50 + i * 30);
      struct timespec ts;
      usleep(15000);
      clock_gettime(CLOCK_REALTIME, &ts);
      ts.tv_nsec = (ts.tv_nsec + 20000000) % 1000000000;
      sem_timedwait(&g_sem, &ts);
      snprintf(block, 50, "message %d", i);
      mq_send(mq, block, 12, i & 3);
      if (i & 1) free(block);
    }

  return 0;
}

static int reader(int argc, FAR char *argv[])
{
  char line[40];
  while (fgets(line, sizeof(line), stdin))
    {
      printf("read: %s", line);
      if (line[0] == 'q') break;
    }

  return 0;
}

int main(int argc, FAR char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 2, .mq_msgsize = 12 };
  mqd_t mq = mq_open("q", O_RDWR | O_CREAT, 0666, &attr);
  char message[16];
  sem_init(&g_sem, 0, 0);
  for (int i = 1; i <= 3; i++)
    {
      char number[4];
      char *args[] = { number, NULL };
      snprintf(number, sizeof(number), "%d", i);
      task_create("spinner", 100, 2048, spinner, args);
    }

  task_create("climber", 100, 4096, climber, NULL);
  task_create("sleeper", 120, 2048, sleeper, NULL);
  task_create("reader", 110, 4096, reader, NULL);
  for (int i = 0; i < 10; i++)
    {
      unsigned int prio;
      mq_receive(mq, message, sizeof(message), &prio);
      printf("%s, priority %u, random %08x\\n", message, prio, (unsigned)arc4random());
    }

  return 0;
}
`;

let firmware: TestFirmware;
beforeAll(async () => {
  firmware = await compile(source, { config: { CONFIG_RR_INTERVAL: 10 } });
});

/** What is typed, and at which position of the run. */
const typed = [
  { position: 40, text: 'hello\r' },
  { position: 90, text: 'wor' },
  { position: 91, text: 'ld\r' },
  { position: 150, text: 'quit\r' },
];

/** Runs on to a position, typing what is due on the way. False when the firmware has ended before. */
function runTo(target: TestMachine, position: number): boolean {
  const { machine } = target;
  for (const { position: at, text } of typed) {
    if (at < machine.position || at >= position) continue;
    machine.run({ entries: at });
    machine.type(new TextEncoder().encode(text));
  }
  if (machine.position < position) machine.run({ entries: position });
  return machine.position >= position;
}

/** Behind the last input. */
const TYPED = 160;

describe('two runs', () => {
  test('of the same firmware have the same log, byte for byte, and the same state at the end', () => {
    const [one, two] = [firmware.boot(), firmware.boot()];
    for (const target of [one, two]) {
      runTo(target, TYPED);
      expect(target.finish()).toBe('ended');
    }
    expect(one.events('switch').length).toBeGreaterThan(50);
    expect(Buffer.from(two.log.buffer).equals(Buffer.from(one.log.buffer))).toBe(true);
    expect(two.console).toBe(one.console);
    expect(two.machine.hash()).toBe(one.machine.hash());
  });

  test('in pieces of whatever size have the same log', () => {
    const whole = firmware.boot();
    runTo(whole, TYPED);
    whole.finish();
    for (const limit of ['entries', 'ticks', 'switch'] as const) {
      const pieces = firmware.boot();
      // Input is part of the run: it comes at its position in both.
      for (const { position, text } of typed) {
        while (pieces.machine.position < position) pieces.run({ entries: pieces.machine.position + 1 });
        pieces.machine.type(new TextEncoder().encode(text));
      }
      const next = () =>
        ({
          entries: { entries: pieces.machine.position + 3 },
          ticks: { ticks: pieces.machine.ticks + 1 },
          switch: { switch: true },
        })[limit];
      while (pieces.run(next()) === 'limit');
      expect(Buffer.from(pieces.log.buffer).equals(Buffer.from(whole.log.buffer))).toBe(true);
      expect(pieces.machine.hash()).toBe(whole.machine.hash());
    }
  });

  test('with another seed differ only in what is random', () => {
    const other = firmware.boot([], { seed: 2 });
    const one = firmware.boot();
    for (const target of [one, other]) {
      runTo(target, TYPED);
      target.finish();
    }
    expect(other.console).not.toBe(one.console);
    expect(other.console.replace(/random \w+/g, '')).toBe(one.console.replace(/random \w+/g, ''));
  });
});

test('what was going back and forth at random 200 times is always what the straight run was', () => {
  const straight = firmware.boot();
  const hashes: string[] = [];
  const logs: number[] = [];
  for (let position = 0; runTo(straight, position); position++) {
    hashes[position] = straight.machine.hash();
    logs[position] = straight.machine.kernel.notes.count;
  }
  const last = hashes.length - 1;
  expect(last).toBeGreaterThan(200);
  // No two positions are alike, so a wrong one would show.
  expect(new Set(hashes).size).toBe(hashes.length);

  const target = firmware.boot();
  const { machine } = target;
  const checkpoints: { position: number; checkpoint: Checkpoint }[] = [
    { position: machine.position, checkpoint: machine.checkpoint() },
  ];
  let random = 12345;
  const upTo = (limit: number) => (random = (Math.imul(random, 1103515245) + 12345) >>> 0) % limit;
  for (let turn = 0; turn < 200; turn++) {
    const goal = upTo(last + 1);
    if (goal < machine.position) {
      machine.restore(checkpoints.findLast(({ position }) => position <= goal)!.checkpoint);
    }
    runTo(target, goal);
    expect(machine.position).toBe(goal);
    expect(machine.hash()).toBe(hashes[goal]);
    expect(machine.kernel.notes.count).toBe(logs[goal]);
    const latest = checkpoints.at(-1)!;
    if (goal > latest.position) {
      checkpoints.push({ position: goal, checkpoint: machine.checkpoint(latest.checkpoint) });
    }
  }
});

test('a reset machine runs as a new one', () => {
  const fresh = firmware.boot();
  const first = fresh.machine.hash();
  fresh.run({ ticks: 30 });
  const later = fresh.machine.hash();
  fresh.machine.reset();
  expect(fresh.machine.hash()).toBe(first);
  fresh.run({ ticks: 30 });
  expect(fresh.machine.hash()).toBe(later);
});

test('checkpoints share the pages that did not change', () => {
  const { machine } = firmware.boot();
  machine.run({ ticks: 5 });
  const one = machine.checkpoint();
  machine.run({ ticks: 6 });
  const two = machine.checkpoint(one);
  const shared = two.ram.filter((page, i) => page === one.ram[i]).length;
  expect(shared).toBeGreaterThan(two.ram.length - 20);
  expect(shared).toBeLessThan(two.ram.length);
});
