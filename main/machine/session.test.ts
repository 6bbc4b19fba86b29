import { beforeAll, describe, expect, test } from 'vitest';
import { compile, type TestFirmware } from '../testing/firmware';
import type { Snapshot } from '../contract/target';
import { NOTE_WORDS } from '../../kernel/note/note';
import { configRecord } from '../../kernel/config';
import { Session, type SessionEvents } from './session';

const SOURCE = `
#include <nuttx/config.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static sem_t g_ping;

static int spin(int argc, FAR char *argv[])
{
  for (volatile unsigned int i = 0; ; i++)
    {
      if ((i & 0xffff) == 0)
        {
          sem_post(&g_ping);
        }
    }
}

static int wait(int argc, FAR char *argv[])
{
  for (int n = 0; ; n++)
    {
      sem_wait(&g_ping);
      if (n % 16 == 0)
        {
          printf("%d\\n", n);
        }
    }
}

int main(int argc, FAR char *argv[])
{
  char line[16];

  if (argc > 1 && strcmp(argv[1], "deadlock") == 0)
    {
      sem_wait(&g_ping);
    }

  if (argc > 1 && strcmp(argv[1], "crash") == 0)
    {
      usleep(50000);
      *(FAR volatile int *)4 = 1;
    }

  if (argc > 1 && strcmp(argv[1], "echo") == 0)
    {
      while (fgets(line, sizeof(line), stdin))
        {
          printf("got %s", line);
        }
    }

  task_create("spin", 90, 2048, spin, NULL);
  task_create("wait", 110, 2048, wait, NULL);
  return 0;
}
`;

let built: TestFirmware;
beforeAll(async () => {
  built = await compile(SOURCE);
});

/** A session with what it said, and the latest of each. */
const open = (...args: string[]) => openOf(built, ...args);

function openOf(firmware: TestFirmware, ...args: string[]) {
  const said: SessionEvents[] = [];
  const session = new Session((event) => said.push(event));
  const { project, linked } = firmware;
  session.load({
    linked,
    board: project.board.name,
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, args })),
    seed: 1,
  });
  const snapshot = (): Snapshot => said.findLast((event) => event.event === 'snapshot')!.payload;
  const screen = () => {
    let text = '';
    for (const { event, payload } of said) {
      if (event !== 'console') continue;
      text = (payload.reset ? '' : text) + new TextDecoder().decode(payload.data);
    }
    return text;
  };
  const until = (what: () => boolean) => expect.poll(what).toBe(true);
  return { session, said, snapshot, screen, until };
}

const comparable = ({ canStepBack: _, speed: __, ...rest }: Snapshot) => rest;

describe('stepping', () => {
  test('a tick forwards and back gives the same snapshot', () => {
    const { session, snapshot } = open();
    const seen = [snapshot()];
    for (let tick = 1; tick <= 20; tick++) {
      session.step('tick', false);
      expect(snapshot().tick).toBe(tick);
      seen.push(snapshot());
    }
    for (let tick = 19; tick >= 0; tick--) {
      session.step('tick', true);
      expect(comparable(snapshot())).toEqual(comparable(seen[tick]!));
    }
    expect(snapshot().canStepBack).toBe(false);
    expect(() => session.step('tick', true)).toThrow('nothing to go back to');
  });

  test.each(['event', 'switch'] as const)('one %s after the other, and back the same way', (unit) => {
    const { session, snapshot } = open();
    const seen = [snapshot()];
    for (let i = 0; i < 60; i++) {
      session.step(unit, false);
      expect(snapshot().notes).toBeGreaterThan(seen.at(-1)!.notes);
      seen.push(snapshot());
    }
    for (const before of seen.toReversed().slice(1, unit === 'event' ? undefined : -1)) {
      session.step(unit, true);
      expect(comparable(snapshot())).toEqual(comparable(before));
    }
  });

  test('back from the middle of a tick is to its beginning', () => {
    const { session, snapshot } = open();
    session.step('tick', false);
    const atTick = snapshot();
    session.step('event', false);
    session.step('tick', true);
    expect(comparable(snapshot())).toEqual(comparable(atTick));
  });

  test('going back takes console output and events back', () => {
    const { session, snapshot, screen, said } = open();
    for (let i = 0; i < 6; i++) session.step('tick', false);
    const before = screen();
    for (let i = 0; i < 40; i++) session.step('tick', false);
    expect(screen().length).toBeGreaterThan(before.length);
    for (let i = 0; i < 40; i++) session.step('tick', true);
    expect(screen()).toBe(before);
    const last = said.findLast((event) => event.event === 'notes')!.payload as { first: number; data: Uint8Array };
    expect(last.first + last.data.length / (NOTE_WORDS * 4)).toBe(snapshot().notes);
  });
});

describe('running', () => {
  test('flat out until paused; every event is announced once, in order', async () => {
    const { session, snapshot, until, said } = open();
    session.setSpeed(null);
    session.run();
    expect(snapshot().runState).toBe('running');
    await until(() => snapshot().tick > 50);
    session.pause();
    expect(snapshot().runState).toBe('paused');
    expect(snapshot().pausedAt).not.toBe('');
    let next = 0;
    for (const { event, payload } of said) {
      if (event !== 'notes') continue;
      expect(payload.first).toBeGreaterThanOrEqual(next);
      next = payload.first + payload.data.length / (NOTE_WORDS * 4);
    }
    expect(next).toBe(snapshot().notes);
  });

  test('a run ends at a crash, which going back undoes', async () => {
    const { session, snapshot, screen, until } = open('crash');
    session.setSpeed(null);
    session.run();
    await until(() => snapshot().runState === 'crashed');
    expect(snapshot().crash).toMatchObject({ task: 'main', reason: expect.stringContaining('null pointer') as string });
    expect(screen()).toContain('dump:');
    expect(() => session.run()).toThrow('crashed');
    session.step('tick', true);
    expect(snapshot()).toMatchObject({ runState: 'paused', crash: null });
    expect(screen()).not.toContain('dump:');
    session.step('tick', false);
    expect(snapshot().runState).toBe('crashed');
  });

  test('a run that can never go on says so, and time can still be stepped', async () => {
    const { session, snapshot, until } = open('deadlock');
    session.setSpeed(null);
    session.run();
    await until(() => snapshot().runState === 'paused');
    expect(snapshot().pausedAt).toContain('deadlock');
    const { tick } = snapshot();
    session.step('tick', false);
    expect(snapshot().tick).toBe(tick + 1);
  });

  test('a step to the next switch ends when only the console could bring one', () => {
    const { session, snapshot } = open('echo');
    for (let i = 0; i < 3; i++) session.step('switch', false);
    expect(snapshot()).toMatchObject({
      runState: 'paused',
      pausedAt: expect.stringContaining('console input') as string,
    });
  });

  test('what was typed comes again at its place, until something else is typed after going back', () => {
    const { session, snapshot, screen } = open('echo');
    const ticks = (count: number, back = false) => {
      for (let i = 0; i < count; i++) session.step('tick', back);
    };
    const type = (text: string) =>
      session.input({ device: 'console', value: { type: 'bytes', bytes: new TextEncoder().encode(text) } });
    ticks(3);
    type('one\r');
    ticks(3);
    type('two\r');
    ticks(3);
    expect(screen()).toContain('got one');
    expect(screen()).toContain('got two');
    const end = snapshot();
    ticks(8, true);
    expect(screen()).not.toContain('got');
    ticks(8);
    expect(comparable(snapshot())).toEqual(comparable(end));
    ticks(4, true);
    expect(screen()).toContain('got one');
    type('three\r');
    ticks(4);
    expect(screen()).toContain('got three');
    expect(screen()).not.toContain('two');
  });

  test('reset forgets everything but the firmware', () => {
    const { session, snapshot, screen } = open();
    const boot = snapshot();
    for (let i = 0; i < 10; i++) session.step('tick', false);
    session.reset();
    expect(screen()).toBe('');
    expect(comparable(snapshot())).toEqual({ ...comparable(boot), generation: boot.generation + 1 });
  });
});

describe('two boards', () => {
  let both: TestFirmware;
  beforeAll(async () => {
    const apps = [
      { name: 'echo', entry: 'echo_main', on: 'left' },
      { name: 'crash', entry: 'crash_main', on: 'right' },
    ];
    both = await compile({ 'main.c': BOTH, 'tickscope.json': JSON.stringify({ board: 'bench', apps }) });
  });
  const BOTH = `
#include <nuttx/config.h>
#include <stdio.h>
#include <unistd.h>

int echo_main(int argc, FAR char *argv[])
{
  char line[16];
  while (fgets(line, sizeof(line), stdin)) printf("got %s", line);
  return 0;
}

int crash_main(int argc, FAR char *argv[])
{
  for (int i = 0; i < 5; i++) { printf("right %d\\n", i); usleep(20000); }
  *(FAR volatile int *)4 = 1;
  return 0;
}
`;
  const type = (text: string) => ({
    device: 'console',
    value: { type: 'bytes' as const, bytes: new TextEncoder().encode(text) },
  });

  test('each has its console, its log and its state; one that crashes does not stop the other', async () => {
    const { session, snapshot, screen, until } = openOf(both);
    const states = () => snapshot().boards.map(({ name, runState }) => `${name} ${runState}`);
    expect(states()).toEqual(['left paused', 'right paused']);
    expect(snapshot().boardName).toBe('left');
    session.setSpeed(null);
    session.run();
    await until(() => states()[1] === 'right crashed');
    expect(snapshot()).toMatchObject({ runState: 'running', crash: null });
    session.input(type('one\r'));
    await until(() => screen().includes('got one'));
    session.pause();
    const { generation } = snapshot();
    session.selectMachine('right');
    expect(snapshot()).toMatchObject({ boardName: 'right', crash: { task: 'crash' } });
    expect(snapshot().generation).toBeGreaterThan(generation);
    expect(screen()).toMatch(/^right 0\r?\nright 1[^]*dump: /);
    expect(screen()).not.toContain('got one');
    session.step('tick', false);
    session.selectMachine('left');
    expect(screen()).toContain('got one');
    expect(() => session.selectMachine('middle')).toThrow('no board "middle"; there are left, right');
  });

  test('both go back together, and what was typed on one comes again on it', () => {
    const { session, snapshot, screen } = openOf(both);
    const ticks = (count: number, back = false) => {
      for (let i = 0; i < count; i++) session.step('tick', back);
    };
    ticks(3);
    session.input(type('one\r'));
    ticks(1);
    session.input({ ...type('two\r'), board: 'left' });
    session.selectMachine('right');
    session.input(type('unread\r'));
    ticks(16);
    const end = snapshot();
    const seen = screen();
    expect(end.boards[1]!.runState).toBe('crashed');
    ticks(19, true);
    expect(snapshot()).toMatchObject({ tick: 1, crash: null });
    expect(screen()).toMatch(/^right 0\r?\n$/);
    ticks(19);
    expect(comparable(snapshot())).toEqual(comparable(end));
    expect(screen()).toBe(seen);
    session.selectMachine('left');
    expect(screen()).toMatch(/got one[^]*got two/);
  });

  test('the power of each is switched, one that has crashed boots again; going back takes that back', () => {
    const { session, snapshot, screen } = openOf(both);
    const alive = () => snapshot().boards.map((board) => board.alive);
    const ticks = (count: number, back = false) => {
      for (let i = 0; i < count; i++) session.step('tick', back);
    };
    ticks(20);
    expect(alive()).toEqual([true, false]);
    session.input({ board: 'left', power: false });
    expect(alive()).toEqual([false, false]);
    session.input({ board: 'right', power: true });
    expect(alive()).toEqual([false, true]);
    session.selectMachine('right');
    ticks(2);
    expect(screen()).toMatch(/dump: [^]*right 0/);
    ticks(3, true);
    expect(alive()).toEqual([true, false]);
    ticks(3);
    expect(alive()).toEqual([false, true]);
    expect(() => session.input({ board: 'middle', power: true })).toThrow('no board "middle"');
  });

  test('a step says on which board it was', () => {
    const { session, snapshot } = openOf(both);
    const said = new Set<string>();
    for (let i = 0; i < 30; i++) {
      session.step('event', false);
      said.add(snapshot().pausedAt.split(':')[0]!);
    }
    expect(said).toEqual(new Set(['Left', 'Right']));
  });
});
