/** TCP between two boards, over a link. */
import { beforeAll, expect, test } from 'vitest';
import { Bench } from '../../../boards/bench';
import type { LinkSettings } from '../../../boards/net/link';
import { twoControllers } from '../../../boards/two-controllers';
import { configRecord } from '../../../kernel/config';
import type { TcpTable } from '../../../kernel/net/tcp/table';
import { compile, type TestFirmware } from '../firmware';

const source = `
#include <nuttx/config.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static unsigned char g_block[4096];

static struct sockaddr_in at(uint32_t address)
{
  struct sockaddr_in made = { .sin_family = AF_INET, .sin_port = htons(5001), .sin_addr.s_addr = htonl(address) };
  return made;
}

/* The stream is the numbers of a generator, four bytes each. */

static uint32_t fill(uint32_t seed, int count)
{
  for (int i = 0; i < count; i += 4)
    {
      seed = seed * 1664525 + 1013904223;
      *(FAR uint32_t *)(g_block + i) = seed;
    }
  return seed;
}

int source_main(int argc, FAR char *argv[])
{
  struct sockaddr_in there = at(0x0a000003);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  int blocks = atoi(argv[1]);
  int checks = argc > 2;
  uint32_t seed = 1;
  usleep(10000);
  if (connect(fd, (FAR struct sockaddr *)&there, sizeof(there)) < 0) printf("connect: %d\\n", errno);
  for (int i = 0; i < blocks; i++)
    {
      if (checks) seed = fill(seed, sizeof(g_block));
      if (write(fd, g_block, sizeof(g_block)) != sizeof(g_block)) printf("write: %d\\n", errno);
    }
  shutdown(fd, SHUT_WR);
  while (read(fd, g_block, sizeof(g_block)) > 0);
  close(fd);
  sleep(1);
  return 0;
}

int sink_main(int argc, FAR char *argv[])
{
  struct sockaddr_in here = at(INADDR_ANY);
  struct timespec begin, end;
  unsigned char got[4096];
  int checks = argc > 1;
  uint32_t seed = 1;
  long total = 0, wrong = 0;
  int count, used = sizeof(g_block);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  bind(fd, (FAR struct sockaddr *)&here, sizeof(here));
  listen(fd, 1);
  int from = accept(fd, NULL, NULL);
  clock_gettime(CLOCK_MONOTONIC, &begin);
  while ((count = read(from, got, sizeof(got))) > 0)
    {
      total += count;
      for (int i = 0; checks && i < count; i++)
        {
          if (used == sizeof(g_block))
            {
              seed = fill(seed, sizeof(g_block));
              used = 0;
            }
          wrong += got[i] != g_block[used++];
        }
    }
  clock_gettime(CLOCK_MONOTONIC, &end);
  long long ns = (end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec;
  printf("%ld bytes, %ld wrong, %ld kbit/s, %d\\n", total, wrong, (long)(total * 8000000LL / ns), count);
  close(from);
  close(fd);
  sleep(1);
  return 0;
}
`;
const projectFile = JSON.stringify({
  board: 'bench',
  apps: [
    { name: 'source', entry: 'source_main', stackSize: 4096, on: 'left' },
    { name: 'sink', entry: 'sink_main', stackSize: 8192, on: 'right' },
  ],
});

let built: TestFirmware;
beforeAll(async () => {
  built = await compile({ 'main.c': source, 'tickscope.json': projectFile });
});

/** Whoever is left only waits for old segments to go. */
const isOver = ({ connections }: TcpTable) =>
  [...connections.values()].every(({ connection }) => connection.state === 'time-wait');

/** Boots a bench that sends blocks of 4 KiB from one board to the other. */
function boot(blocks: number, checks: boolean, settings: Partial<LinkSettings>, seed = 1) {
  const text = ['', ''];
  const [link] = twoControllers.bench!.network.links;
  const network = { switches: [], links: [{ ...link!, settings }] };
  const bench = new Bench({
    module: built.firmware.module,
    board: { ...twoControllers, bench: { ...twoControllers.bench!, network } },
    config: configRecord(built.project.config),
    apps: [
      { ...built.project.apps[0]!, args: [String(blocks), ...(checks ? ['check'] : [])], on: 'left' },
      { ...built.project.apps[1]!, args: checks ? ['check'] : [], on: 'right' },
    ],
    programs: [],
    seed,
    onConsole: (board, bytes) => (text[board] += String.fromCharCode(...bytes)),
  });
  return { bench, text };
}

/** What has come of it at the end. */
function transfer(...args: Parameters<typeof boot>) {
  const { bench, text } = boot(...args);
  bench.run({ ticks: 60_000, idle: true });
  const [, bytes, wrong, speed] = /(\d+) bytes, (\d+) wrong, (\d+) kbit/.exec(text[1]!)!.map(Number);
  const free = bench.places.every(({ machine }) => {
    const { net } = machine.kernel.state;
    return net.iobs.free === net.iobs.total && isOver(net.tcp);
  });
  return { bytes, wrong, speed, free, errors: text[0] };
}

const expected = { wrong: 0, free: true, errors: '' };

test('TCP fills a link of 100 Mbit/s', () => {
  const { speed, ...rest } = transfer(1000, false, {});
  expect(rest).toMatchObject({ ...expected, wrong: expect.anything() as number, bytes: 4_096_000 });
  expect(speed).toBeGreaterThan(90_000);
});

test.each<[string, Partial<LinkSettings>, number]>([
  ['loss and reordering of 5 %', { loss: [0.05, 0.05], reorder: [0.05, 0.05] }, 2000],
  ['duplication and corruption', { duplicate: [0.2, 0.2], corrupt: [0.02, 0.02] }, 2000],
  [
    'a long way with jitter',
    {
      delayNs: [20e6, 20e6],
      jitter: [
        { shape: 'uniform', ns: 5e6 },
        { shape: 'none', ns: 0 },
      ],
    },
    800,
  ],
])('%s', (_, settings, least) => {
  const { speed, ...rest } = transfer(500, true, settings);
  expect(rest).toMatchObject({ ...expected, bytes: 2_048_000 });
  expect(speed).toBeGreaterThan(least);
});

test('going back into a transfer with losses changes nothing of it', () => {
  const { bench } = boot(2000, true, { loss: [0.05, 0.05], reorder: [0.05, 0.05] });
  bench.run({ ticks: 5 });
  const checkpoints = [bench.checkpoint()];
  for (let ticks = 10; ticks <= 30; ticks += 5) {
    bench.run({ ticks });
    checkpoints.push(bench.checkpoint(checkpoints.at(-1)));
  }
  const end = bench.hash();
  expect(bench.places[1]!.machine.kernel.state.net.tcp.connections.size).toBe(1);
  for (const checkpoint of checkpoints.reverse()) {
    bench.restore(checkpoint);
    bench.run({ ticks: 30 });
    expect(bench.hash()).toBe(end);
  }
});
