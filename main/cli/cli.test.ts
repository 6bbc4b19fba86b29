import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawn as spawnInTerminal } from '@lydell/node-pty';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleEntries, folderOf, root, testCache } from '../testing/firmware';
import { parseLabOptions, parseOptions } from './options';

const source = `#include <nuttx/config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int other_main(int argc, FAR char *argv[])
{
  printf("the other one, %d arguments\\n", argc - 1);
  return 9;
}

int main(int argc, FAR char *argv[])
{
  FAR const char *what = argc > 1 ? argv[1] : "";
  printf("%s %d\\n", argc > 2 ? argv[2] : "console", CONFIG_RR_INTERVAL);
#ifdef CONFIG_PRIORITY_INHERITANCE
  printf("inheritance\\n");
#endif
#ifdef CONFIG_MY_TEXT
  printf("%s %d\\n", CONFIG_MY_TEXT, CONFIG_MY_NUMBER);
#endif
  if (strcmp(what, "crash") == 0) *(volatile int *)(uintptr_t)(argc - 2) = 1;
  if (strcmp(what, "error") == 0) fprintf(stderr, "to the console too\\n");
  if (strcmp(what, "random") == 0) printf("%08x\\n", (unsigned)arc4random());
  if (strcmp(what, "ever") == 0) for (;;) { usleep(90000); printf("tick\\n"); }
  if (strcmp(what, "spin") == 0) for (volatile int i = 0;; i++);
  if (strcmp(what, "wait") == 0) getchar();
  return argc;
}
`;
const projectFile = `{ "apps": [
  { "name": "first", "main": "main.c", "boot": true },
  { "name": "other", "entry": "other_main" }
] }`;

let home: string;
let project: string;
beforeAll(async () => {
  home = await bundleEntries({ cli: 'main/cli/index.ts', 'compile.worker': 'main/toolchain/compile.worker.ts' });
  project = await folderOf({ 'main.c': source, 'tickscope.json': projectFile });
});

interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

const tickscope = (...args: string[]): Promise<Outcome> => typing('', ...args);

/** With something on standard input, which stays open and silent for null. */
function typing(input: string | null, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, XDG_CACHE_HOME: dirname(testCache) };
    const child = spawn(process.execPath, [join(home, 'dist/main/cli.js'), ...args], { env, timeout: 200_000 });
    if (input !== null) child.stdin.end(input);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString().replaceAll('\r', '')));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
const run = (...args: string[]) => tickscope('run', project, ...args);

describe('a run', () => {
  test("prints the console alone and gives the app's status", async () => {
    expect(await run()).toEqual({ status: 1, stdout: 'console 200\ninheritance\n', stderr: '' });
    expect(await run('--args', 'error x')).toEqual({
      status: 3,
      stdout: 'x 200\ninheritance\nto the console too\n',
      stderr: '',
    });
  });

  test('starts the app that is asked for, with its arguments', async () => {
    const { status, stdout } = await run('--app', 'other', '--args', 'a b c');
    expect(status).toBe(9);
    expect(stdout).toContain('the other one, 3 arguments\n');
  });

  test("starts the board's own program, and no app beside it", async () => {
    expect(await run('--set', 'CONFIG_INIT_ENTRYPOINT=nsh_main', '--until', 'tick:10')).toMatchObject({
      status: 1,
      stdout: 'console 200\ninheritance\n\nNuttShell (NSH)\nnsh> ',
    });
    const { status, stdout } = await tickscope('run', join(root, 'boards', 'demos', 'shell'));
    expect(stdout).toBe('\nNuttShell (NSH)\nnsh> ');
    expect(status).toBe(1);
    expect((await run('--set', 'CONFIG_INIT_ENTRYPOINT=nix_main')).stderr).toContain(
      'there is dd_main, nsh_main, sh_main',
    );
  });

  test("types what comes on standard input at the board's console, a line when the last has been taken", async () => {
    const shell = join(root, 'boards', 'demos', 'shell');
    const script = ['count 2 &', 'sleep 3', 'hello you', 'uname'].join('\n');
    const { status, stdout, stderr } = await typing(script, 'run', shell);
    expect(stdout + stderr).toMatch(/nsh> count 2 &\n.*[^]*1\n[^]*2\n[^]*Hello, you!*\n[^]*nsh> uname\nNuttX\nnsh> /);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^tickscope: standard input ended at tick \d+, before the app did\n$/) as string,
    });
    // Nobody reads the console while the FIFO is read, but ^C is heard there.
    expect((await typing('mkfifo /f\ncat /f\n\x03\necho after\n', 'run', shell)).stdout).toContain('\nafter\n');
    expect(await typing('poweroff\nhello\n', 'run', shell)).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^tickscope: switched off at tick \d+\n$/) as string,
    });
    expect(await typing('exit\nhello\n', 'run', shell)).toEqual({
      status: 0,
      stdout: '\nNuttShell (NSH)\nnsh> exit\n',
      stderr: '',
    });
    expect((await run('--args', 'wait', '--until', 'tick:5')).status).toBe(0);
    expect(await typing(null, 'run', shell)).toMatchObject({ status: 1, stdout: '\nNuttShell (NSH)\nnsh> ' });
  });

  test('is a terminal of the board in a terminal, until ^] is typed', async () => {
    const env = { ...process.env, XDG_CACHE_HOME: dirname(testCache) };
    const shell = join(root, 'boards', 'demos', 'shell');
    const terminal = spawnInTerminal(process.execPath, [join(home, 'dist/main/cli.js'), 'run', shell], { env });
    let shown = '';
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    // Each is typed when the last has been answered.
    const typed = ['uname\r', 'sleep 100\r', 'abc\x03', '\x1d'];
    terminal.onData((data) => {
      shown += data;
      if (shown.endsWith('nsh> ')) terminal.write(typed.shift() ?? '');
    });
    expect(await ended).toBe(0);
    expect(shown.replaceAll('\r', '')).toMatch(
      /nsh> uname\nNuttX\nnsh> sleep 100\nnsh> abc\^C\nnsh> tickscope: reached tick \d{5} before the app ended/,
    );
  });

  test('takes options of the configuration', async () => {
    const config = await folderOf({
      'config.json': '{"CONFIG_RR_INTERVAL": 50, "CONFIG_MY_TEXT": "text", "CONFIG_MY_NUMBER": 1}',
    });
    const { stdout } = await run(
      ...[
        '--config',
        join(config, 'config.json'),
        '--set',
        'CONFIG_PRIORITY_INHERITANCE=n',
        '--set',
        'CONFIG_MY_NUMBER=7',
      ],
    );
    expect(stdout).toBe('console 50\ntext 7\n');
  });

  test('ends where it is told, which is no error', async () => {
    const ticks = await run('--args', 'ever x', '--until', 'tick:25');
    expect(ticks).toEqual({
      status: 0,
      stdout: 'x 200\ninheritance\ntick\ntick\n',
      stderr: 'tickscope: reached tick 25 before the app ended\n',
    });
    expect((await run('--args', 'ever x', '--until', 'time:0.25')).stdout).toBe(ticks.stdout);
    expect((await run('--args', 'spin', '--until', 'tick:25')).status).toBe(0);
  });

  test('says so when nothing can go on', async () => {
    const { status, stderr } = await run('--args', 'wait');
    expect(status).toBe(1);
    expect(stderr).toMatch(/every task waits, and nothing can wake one/);
  });

  test('ends with 3 for a crash, and its dump', async () => {
    const { status, stdout, stderr } = await run('--args', 'crash');
    expect(status).toBe(3);
    expect(stdout).toBe('console 200\ninheritance\n');
    expect(stderr).toMatch(
      /^dump: Bad memory access: a null pointer.*\ndump: task 1 "first"[^]*first_main \(main\.c:\d+\)/,
    );
  });

  test('repeats with the same seed', async () => {
    const numbers = await Promise.all([
      run('--args', 'random'),
      run('--args', 'random', '--seed', '1'),
      run('--args', 'random', '--seed', '2'),
    ]);
    const [one, same, other] = numbers.map(({ stdout }) => stdout.split('\n')[2]);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test('writes the event log, the same in two runs', async () => {
    const folder = await folderOf({});
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    await Promise.all([one, two].map((file) => run('--args', 'ever x', '--until', 'tick:40', '--events', file)));
    const text = readFileSync(one, 'utf8');
    expect(readFileSync(two, 'utf8')).toBe(text);
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toContainEqual({
      t: 0,
      event: 'heap_alloc',
      pid: 0,
      address: expect.any(Number) as number,
      size: 2048,
    });
    expect(events.filter(({ call, event }) => call === 'usleep' && event === 'syscall_enter')).toHaveLength(4);
    expect(events.filter(({ event }) => event === 'irq_enter')).toHaveLength(40);
  });
});

describe('a scenario of the lab', () => {
  const lab = { title: 'Beside each other', seconds: 8, timeline: [{ at: 3, do: 'power', board: 'left', on: false }] };
  const files = (masks: object[]) => ({
    'main.c': source,
    'tickscope.json':
      '{ "board": "controller", "bench": "bench.json", "config": { "CONFIG_TICKSCOPE_PTPD_BOOT": true, "CONFIG_NETUTILS_PTPD_SERVER": true, "CONFIG_NETUTILS_PTPD_ANNOUNCE_INTERVAL_MSEC": 250 } }',
    'bench.json':
      '{ "boards": [{ "name": "left" }, { "name": "right" }], "links": [{ "from": "left", "to": "right" }] }',
    'labs/x.lab.json': JSON.stringify({ ...lab, masks }),
  });
  const master = (boards: string, at: number) => ({ mask: 'master', boards, at });

  test('ends with what its masks say, and writes what it has found', async () => {
    const folder = await folderOf(files([master('left', 2.9), master('-', 8)]));
    const json = join(folder, 'result.json');
    const { status, stdout, stderr } = await tickscope('lab', join(folder, 'labs', 'x.lab.json'), '--json', json);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Beside each other \(x\.lab\.json, seed 1\): 8 s\n +3 s {2}left: power off\n\npass {2}left and no other/,
    );
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      ...{ file: 'labs/x.lab.json', seed: 1, state: 'done', verdict: 'passed', timeNs: 8e9 },
      masks: [
        { verdict: 'passed', found: 'left' },
        { verdict: 'passed', found: 'nobody' },
      ],
      boards: [{ name: 'left' }, { name: 'right' }],
    });
  });

  test('ends with 1 when a mask does not hold, and with 2 for what is no scenario', async () => {
    const folder = await folderOf(files([master('right', 2.9)]));
    const failed = await tickscope('lab', join(folder, 'labs', 'x.lab.json'), '--seed', '3');
    expect(failed).toMatchObject({ status: 1, stderr: '' });
    expect(failed.stdout).toMatch(/FAIL {2}right and no other is master at 2\.9 s\n {6}left\n/);
    const unwritten = await tickscope('lab', join(folder, 'labs', 'x.lab.json'), '--json', folder);
    expect(unwritten).toMatchObject({ status: 2, stdout: '' });
    expect(unwritten.stderr).toMatch(/^tickscope: --json: EISDIR/);
    const wrong = await folderOf(files([master('middle', 2.9)]));
    expect(await tickscope('lab', join(wrong, 'labs', 'x.lab.json'))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^labs\/x\.lab\.json:1:\d+: error: masks\[0\]\.boards: no board is called "middle"/,
      ) as string,
    });
  });
});

describe('bad usage', () => {
  test.each([
    [['lab'], /lab wants the file of a scenario/],
    [['lab', 'a', 'b'], /what is "b"\?/],
    [['lab', 'a', '--seed', 'x'], /--seed takes a whole number/],
    [['lab', 'a', '--until', 'exit'], /Unknown option '--until'/],
  ])('%j', (args, message) => {
    expect(() => parseLabOptions(args)).toThrow(message);
  });

  test.each([
    [['run'], /run wants the folder of a project/],
    [[], /no command given/],
    [['walk', 'x'], /there is no command "walk"/],
    [['run', 'a', 'b'], /what is "b"\?/],
    [['run', 'x', '--until', 'noon'], /--until takes exit, tick:N or time:SECONDS, not "noon"/],
    [['run', 'x', '--seed=-1'], /--seed takes a whole number, not "-1"/],
    [['run', 'x', '--set', 'RR_INTERVAL=1'], /--set takes CONFIG_NAME=VALUE, not "RR_INTERVAL=1"/],
    [['run', 'x', '--config', 'nosuch.json'], /--config nosuch\.json: .*no such file/],
    [['run', 'x', '--board', 'nosuch'], /there is no board "nosuch"; there are sim, micro/],
    [['run', 'x', '--nosuch'], /--nosuch/],
  ])('%j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  test('ends with 2, and shows what is meant', async () => {
    const { status, stdout, stderr } = await tickscope('run');
    expect(stderr).toMatch(/^tickscope: run wants the folder of a project\n\nusage: tickscope run PROJECT/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(await tickscope('run', '/nosuch/folder')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: There is no folder /nosuch/folder.\n',
    });
  });

  test('an app or a file that does not exist', async () => {
    expect(await run('--app', 'nosuch')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is no app "nosuch"; the project has first, other') as string,
    });
    expect(await run('--events', '/nosuch/file')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--events') as string,
    });
  });
});

test('a project that does not build ends with 2, with what the compiler says', async () => {
  const folder = await folderOf({ 'main.c': '#include "nosuch.h"\nint main(void)\n{\n  return 0;\n}\n' });
  expect(await tickscope('run', folder)).toEqual({
    status: 2,
    stdout: '',
    stderr: "main.c:1:10: error: 'nosuch.h' file not found\n",
  });
});

test('an app that does not fit into the board ends with 2', async () => {
  const projectFile = '{ "apps": [{ "name": "x", "entry": "other_main", "stackSize": 8000000, "boot": true }] }';
  const folder = await folderOf({ 'main.c': source, 'tickscope.json': projectFile });
  const { status, stderr } = await tickscope('run', folder);
  expect(stderr).toBe('tickscope: app "x" does not fit: its stack of 8000000 bytes finds no room in RAM\n');
  expect(status).toBe(2);
});

describe('two boards', () => {
  const source = `#include <stdio.h>
#include <unistd.h>

int left_main(int argc, char *argv[])
{
  for (int i = 0; i < 3; i++) { printf("%d", i); fflush(stdout); usleep(20000); printf(" done\\n"); }
  if (argc > 1) *(volatile int *)4 = 1;
  return 0;
}

int right_main(int argc, char *argv[])
{
  usleep(30000);
  printf("only once\\nunfinished");
  return 5;
}
`;
  const apps = [
    { name: 'left', entry: 'left_main', on: 'left' },
    { name: 'right', entry: 'right_main', on: 'right' },
  ];
  let both: string;
  beforeAll(async () => {
    both = await folderOf({ 'main.c': source, 'tickscope.json': JSON.stringify({ board: 'bench', apps }) });
  });

  test('print whole lines, each with its name; the run ends with both, with the status that tells of something', async () => {
    const { status, stdout, stderr } = await tickscope('run', both);
    expect({ status, stderr }).toEqual({ status: 5, stderr: '' });
    const lines = stdout.split(/\r?\n/);
    expect(lines.filter((line) => line.startsWith('left'))).toEqual(['left: 0 done', 'left: 1 done', 'left: 2 done']);
    expect(lines.filter((line) => !line.startsWith('left'))).toEqual(['right: only once', 'right: unfinished']);
  });

  test('one crashes, and the other goes on', async () => {
    const { status, stdout, stderr } = await tickscope('run', both, '--args', 'crash', '--until', 'tick:30');
    expect(status).toBe(3);
    expect(stdout).toContain('right: only once');
    expect(stderr).toMatch(/^left: dump: Bad memory access[^]*\nleft: dump: /);
  });

  test('have one log, in which each event says where it was', async () => {
    const file = join(await folderOf({}), 'two-boards.events');
    await tickscope('run', both, '--events', file);
    const boards = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { board: string }).board);
    expect(new Set(boards)).toEqual(new Set(['left', 'right']));
  });
});
