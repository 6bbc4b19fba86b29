/** The bench of two controllers with its own UARTs and pins. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Bench } from '../../boards/bench';
import type { RunEnd } from '../../kernel/binfmt/executor';
import { configRecord } from '../../kernel/config';
import { Note, NOTE_WORDS } from '../../kernel/note/note';
import { compile, type TestFirmware } from '../testing/firmware';
import { boardOf } from './build';

const source = `
#include <nuttx/config.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int g_count = 1000;

int sender_main(int argc, FAR char *argv[])
{
  char block[64];
  int fd = open("/dev/ttyS1", O_RDWR);
  for (int i = 0; i < g_count; i += sizeof(block))
    {
      for (size_t j = 0; j < sizeof(block); j++) block[j] = i + j;
      write(fd, block, sizeof(block));
    }
  return 0;
}

int receiver_main(int argc, FAR char *argv[])
{
  unsigned char block[100];
  int fd = open("/dev/ttyS1", O_RDWR);
  unsigned wrong = 0;
  for (int i = 0; i < 1024;)
    {
      int got = read(fd, block, sizeof(block));
      for (int j = 0; j < got; j++) wrong += block[j] != ((i + j) & 0xff);
      i += got;
    }
  printf("%u wrong\\n", wrong);
  return 0;
}

int fast_main(int argc, FAR char *argv[])
{
  struct termios settings;
  char byte;
  int fd = open("/dev/ttyS1", O_RDWR);
  tcgetattr(fd, &settings);
  cfsetspeed(&settings, B230400);
  tcsetattr(fd, TCSANOW, &settings);
  read(fd, &byte, 1);
  return 0;
}

int pulse_main(int argc, FAR char *argv[])
{
  int fd = open("/dev/gpio0", O_RDWR);
  for (int i = 0; i < 20; i++)
    {
      write(fd, i & 1 ? "0" : "1", 1);
      for (volatile int j = 0; j < 100 << (i / 2); j++);
    }
  return 0;
}

int watch_main(int argc, FAR char *argv[])
{
  struct pollfd edge = { .fd = open("/dev/gpio3", O_RDWR), .events = POLLIN };
  char level;
  for (int i = 0; i < 10; i++)
    {
      poll(&edge, 1, -1);
      lseek(edge.fd, 0, SEEK_SET);
      read(edge.fd, &level, 1);
    }
  printf("seen\\n");
  return 0;
}

int reset_main(int argc, FAR char *argv[])
{
  int fd = open("/dev/gpio0", O_RDWR);
  write(fd, "1", 1);
  usleep(30000);
  boardctl(BOARDIOC_RESET, 0);
  return 0;
}
`;
const apps = ['sender', 'receiver', 'fast', 'pulse', 'watch', 'reset'];
const projectFile = JSON.stringify({ board: 'bench', apps: apps.map((name) => ({ name, entry: `${name}_main` })) });

let built: TestFirmware;
beforeAll(async () => {
  built = await compile({ 'main.c': source, 'tickscope.json': projectFile });
});

function bench(left: string[], right: string[]) {
  const text = ['', ''];
  const boards = new Bench({
    module: built.firmware.module,
    board: boardOf('bench'),
    config: configRecord(built.project.config),
    apps: [...left.map((name) => [name, 'left']), ...right.map((name) => [name, 'right'])].map(([name, on]) => ({
      ...built.project.apps.find((app) => app.name === name)!,
      boot: true,
      on,
      args: [],
    })),
    seed: 1,
    onConsole: (place, bytes) => (text[place] += new TextDecoder().decode(bytes)),
  });
  /** Time, value and detail of all that a wire of a board has had. */
  const wire = (place: number, device: string, name: string): number[][] => {
    const { machine } = boards.places[place]!;
    const { notes, wireBase } = machine.kernel;
    const { wires } = machine.board.devices.find((each) => each.name === device)!;
    const id = wireBase[device]! + wires!.findIndex((each) => each.name === name);
    const words = notes.slice(notes.first, notes.count);
    const found: number[][] = [];
    for (let at = 0; at < words.length; at += NOTE_WORDS) {
      if (words[at + 2] === Note.wire && words[at + 4] === id) {
        found.push([(words[at]! >>> 0) + words[at + 1]! * 2 ** 32, words[at + 5]!, words[at + 6]!]);
      }
    }
    return found;
  };
  return { boards, text, wire };
}

const DELAY_NS = 2000;
const BAUD = 115200;

test('bytes of a UART arrive a stop bit and the delay later, without drift', () => {
  const { boards, text, wire } = bench(['sender'], ['receiver']);
  expect(boards.run({ idle: true })).toBe('ended');
  expect(text).toEqual(['', '0 wrong\r\n']);
  const [sent, received] = [wire(0, 'uart1', 'TX'), wire(1, 'uart1', 'RX')];
  expect(sent).toHaveLength(1024);
  expect(received.map(([, byte]) => byte)).toEqual(sent.map(([, byte]) => byte));
  received.forEach(([time], i) =>
    expect(Math.abs(time! - sent[i]![0]! - DELAY_NS - 10e9 / BAUD)).toBeLessThanOrEqual(20),
  );
  const span = received.at(-1)![0]! - received[0]![0]!;
  expect(span).toBeGreaterThanOrEqual(((sent.length - 1) * 10e9) / BAUD - 10);
});

test('a UART with another baud rate sees framing errors', () => {
  const { boards } = bench(['sender'], ['fast']);
  boards.run({ ticks: 20 });
  const { kernel } = boards.places[1]!.machine;
  const { counts } = kernel.state.hardware.get('uart1') as { counts: { framing: number } };
  expect(counts.framing).toBeGreaterThan(0);
});

test('pins drive pins, one delay later, and an edge wakes who polls', () => {
  const { boards, text, wire } = bench(['pulse'], ['watch']);
  expect(boards.run({ idle: true })).toBe('ended');
  expect(text[1]).toBe('seen\r\n');
  const [driven, seen] = [wire(0, 'gpio', 'PA0').slice(1), wire(1, 'gpio', 'PA3').slice(1)];
  expect(driven).toHaveLength(20);
  expect(seen).toEqual(driven.map(([time, level, detail]) => [time! + DELAY_NS, level, detail]));
});

test('a board that boots again lets go of its pins, and sees those of the other', () => {
  const { boards, wire } = bench(['reset'], ['pulse']);
  boards.run({ ticks: 6 });
  const [driven, seen] = [wire(0, 'gpio', 'PA0'), wire(1, 'gpio', 'PA3')];
  const falls = (events: number[][]) => events.findIndex(([, level], i) => level === 0 && events[i - 1]?.[1] === 1);
  expect(falls(driven)).toBeGreaterThan(0);
  expect(seen[falls(seen)]![0]).toBe(driven[falls(driven)]![0]! + DELAY_NS);
});

describe('determinism', () => {
  const both: [string[], string[]] = [
    ['sender', 'pulse', 'watch'],
    ['receiver', 'pulse', 'watch', 'sender'],
  ];

  test('in pieces of any size, and from checkpoints', () => {
    const whole = bench(...both).boards;
    whole.run({ ticks: 15 });
    const hash = whole.hash();
    for (const most of [7, 200]) {
      const { boards } = bench(...both);
      let checkpoint = boards.checkpoint();
      for (let end: RunEnd = 'limit', i = 0; boards.ticks < 15 && end === 'limit'; i++) {
        end = boards.run({ ticks: 15, entries: boards.position + 1 + ((i * 37) % most) });
        if (i % 20 === 0) checkpoint = boards.checkpoint(checkpoint);
        else if (i % 20 === 10) {
          const { position } = boards;
          const before = boards.hash();
          boards.restore(checkpoint);
          boards.run({ entries: position });
          expect(boards.hash()).toBe(before);
        }
      }
      expect(boards.hash()).toBe(hash);
    }
  });
});
