/** Inputs that come wherever a run has ended, also where nothing happens any more, after moves back and forth: the run made again is the same. */
import { beforeAll, describe, expect, test } from 'vitest';
import { programs } from '../../boards/apps';
import { Bench, type BenchInput } from '../../boards/bench';
import type { BenchPlan } from '../../boards/plan';
import { configRecord } from '../../kernel/config';
import { put16, put48 } from '../../kernel/net/bytes';
import { MAC_BROADCAST } from '../../kernel/net/address';
import { replay } from '../cli/record';
import { compile, type TestFirmware } from '../testing/firmware';
import { boardOf } from './build';
import { History } from './history';
import type { InputPlace } from './input-log';

/** It waits for what comes, says so on its console and to the others, and then nothing happens until something comes again. */
const source = `
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *type(void *arg)
{
  for (int c; (c = getchar()) != EOF; ) if (c == 'x') usleep(3000);
  return arg;
}

int main(int argc, char *argv[])
{
  struct sockaddr_in all = { .sin_family = AF_INET, .sin_port = htons(7000) };
  pthread_t thread;
  char text[900];
  int one = 1;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
  bind(fd, (struct sockaddr *)&all, sizeof(all));
  all.sin_addr.s_addr = htonl(0x0a0000ff);
  pthread_create(&thread, NULL, type, NULL);
  for (int left = 3; left > 0; )
    {
      int got = recvfrom(fd, text, sizeof(text), 0, NULL, NULL);
      printf("%d\\n", got);
      if (text[0] == '?')
        {
          left--;
          text[0] = '!';
          sendto(fd, text, got, 0, (struct sockaddr *)&all, sizeof(all));
        }
      if (text[0] == 'q') return 0;
    }
  for (;;) recvfrom(fd, text, sizeof(text), 0, NULL, NULL);
}
`;

let built: TestFirmware;
beforeAll(async () => {
  built = await compile({
    'main.c': source,
    'tickscope.json': '{ "board": "controller", "apps": [{ "name": "hear", "stackSize": 8192 }] }',
  });
});

const make = (plan: BenchPlan | undefined) =>
  new Bench({
    module: built.firmware.module,
    board: boardOf('controller', plan),
    config: configRecord(built.project.config),
    apps: built.project.apps.map((app) => ({ ...app, args: [] })),
    programs,
    seed: 3,
    onConsole: () => undefined,
  });

function randoms(seed: number): (most: number) => number {
  let x = seed;
  return (most) => ((x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 8) % most;
}

/** A datagram to port 7000 of everybody. */
function datagram(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(42 + length);
  put48(bytes, 0, MAC_BROADCAST);
  put48(bytes, 6, 0x0200_0000_1234);
  put16(bytes, 12, 0x0800);
  bytes.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 255, 255, 255, 255], 14);
  put16(bytes, 16, 28 + length);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!;
  put16(bytes, 24, ~((sum >>> 16) + (sum & 0xffff)) & 0xffff);
  put16(bytes, 34, 7000);
  put16(bytes, 36, 7000);
  put16(bytes, 38, 8 + length);
  bytes.set(new TextEncoder().encode(text), 42);
  return bytes;
}

const names = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `b${i}`, title: `B ${i}` }));
const star = (count: number): BenchPlan => ({
  boards: names(count),
  links: [],
  network: {
    switches: [{ name: 'switch', ports: count + 1, settings: {} }],
    links: [
      ...names(count).map(({ name }, i) => ({
        from: `${name}/eth0`,
        to: `switch/${i + 1}`,
        settings: { delayNs: [700 + 100_000 * i, 4_000_000] as [number, number], loss: [0, 0.1] as [number, number] },
      })),
      { from: `switch/${count + 1}`, to: 'host:lan', settings: { delayNs: [300_000, 20] as [number, number] } },
    ],
  },
});

describe.each([
  ['a board alone', undefined, 'controller/eth0'],
  ['four boards on a switch', star(4), 'host:lan'],
])('%s', (_, plan, port) => {
  test.each([2, 3, 5])('random moves %i', (seed) => {
    const random = randoms(seed);
    const bench = make(plan);
    const boards = bench.places.map(({ name }) => name);
    const history = new History(bench, () => undefined);
    const before = new Map<BenchInput, string>();
    const input = (each: BenchInput) => {
      before.set(each, bench.hash());
      history.input(each);
    };
    const anInput = (): BenchInput => {
      switch (random(8)) {
        case 0:
          return { port, plugged: random(4) > 0 };
        case 1:
          return {
            link: bench.links[random(bench.links.length)]!.name,
            settings: { delayNs: [random(9), 5000 * random(999)] },
          };
        case 2:
        case 3:
          return {
            board: boards[random(boards.length)]!,
            device: 'console',
            value: {
              type: 'bytes',
              bytes: Uint8Array.of(
                ...'xab\n'
                  .slice(random(4))
                  .split('')
                  .map((c) => c.charCodeAt(0)),
              ),
            },
          };
        default:
          return {
            port,
            frame: datagram('?!!'.charAt(random(3)), 1 + random(600)),
            ...(random(2) > 0 && { atNs: bench.timeNs + random(300_000) }),
          };
      }
    };
    history.advance({ entries: 1 });
    input({ port, plugged: true });
    for (let move = 0; move < 120; move++) {
      switch (random(12)) {
        case 0:
          if (history.canGoBack()) history.backOneTick();
          break;
        case 1:
          if (history.canGoBack()) history.backOneEntry();
          break;
        case 2:
          if (history.canGoBack()) history.backOneSwitch();
          break;
        case 3:
          history.advance({ ticks: bench.ticks + 1 + random(3) });
          break;
        case 4:
          history.advance({ entries: bench.position + 1 + random(300) });
          break;
        case 5:
          history.advance({ switch: true, idle: true });
          break;
        case 6:
        case 7:
          history.advance({ idle: true, ticks: bench.ticks + 40 });
          break;
        default:
          history.advance({ sleepNs: bench.timeNs + random(9_000_000), ticks: bench.ticks + 1 });
      }
      if (random(3) === 0) input(anInput());
    }
    const end = { position: bench.position, dozed: bench.dozed };
    const hash = bench.hash();
    const again = make(plan);
    const goTo = (place: InputPlace, expected: string) => {
      expect(replay(again, { inputs: [], end: place }, () => undefined)).toBe(true);
      expect(again.hash(), JSON.stringify(place)).toBe(expected);
    };
    for (const { input: each, ...place } of history.inputs.filter(({ position }) => position < end.position)) {
      goTo(place, before.get(each)!);
      again.input(each);
    }
    goTo(end, hash);
  });
});
