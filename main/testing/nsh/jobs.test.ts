/** Programs and commands in front and in the background, ^C, and the keys of the console. */
import { describe, expect, test } from 'vitest';
import { TaskState } from '../../../kernel/state';
import { Nsh } from './nsh';

const files = {
  'apps.c': `
#include <nuttx/config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int args_main(int argc, char *argv[])
{
  for (int i = 0; i < argc; i++)
    {
      printf("<%s>", argv[i]);
    }

  printf(" %s\\n", getenv("NAME") ? getenv("NAME") : "-");
  return argc - 1;
}

int ask_main(int argc, char *argv[])
{
  char line[32];
  printf("name? ");
  fflush(stdout);
  if (fgets(line, sizeof(line), stdin) == NULL)
    {
      return 1;
    }

  printf("hello %s", line);
  return 0;
}

int forever_main(int argc, char *argv[])
{
  for (; ; )
    {
      sleep(1);
    }
}
`,
  'tickscope.json': JSON.stringify({
    apps: ['args', 'ask', 'forever'].map((name) => ({ name, entry: `${name}_main`, boot: false, stackSize: 4096 })),
  }),
};

const CTRL_C = '\x03';
const boot = () => Nsh.boot(files, { config: { CONFIG_SIG_DEFAULT: true, CONFIG_SCHED_HAVE_PARENT: true } });

/** Types, and lets time pass: what was typed does not come back to the prompt. */
function start(nsh: Nsh, line: string): void {
  nsh.test.machine.type(Uint8Array.from(`${line}\n`, (char) => char.charCodeAt(0)));
  nsh.test.run({ ticks: nsh.test.machine.ticks + 50 });
}

describe('built-in apps', () => {
  test('get their arguments and the environment, and their status counts', async () => {
    const nsh = await boot();
    expect(nsh.run('args one "two three"')).toBe('<args><one><two three> -\n');
    expect(nsh.run('echo $?')).toBe('1\n');
    expect(nsh.runAll('set NAME value', 'args')).toBe('<args> value\n');
    expect(nsh.run('echo $?')).toBe('0\n');
    expect(nsh.run('args && echo yes')).toBe('<args> value\nyes\n');
    expect(nsh.run('/bin/args x')).toBe('</bin/args><x> value\n');
    expect(nsh.run('help')).toMatch(/\nBuiltin Apps:\n {4}args .*\n {4}ask /);
  });

  test('read what is typed in lines, and what is redirected and piped', async () => {
    const nsh = await boot();
    start(nsh, 'ask');
    expect(nsh.type('Bopb\x7fb\n')).toBe('Bopb\b \bb\nhello Bopb\nnsh> ');
    expect(nsh.run('echo you | ask')).toBe('name? hello you\n');
    nsh.run('mount -t tmpfs /tmp');
    expect(nsh.runAll('echo file > /tmp/f', 'ask < /tmp/f > /tmp/g', 'cat /tmp/g')).toBe('name? hello file\n');
    expect(nsh.run('args a | cat')).toBe('<args><a> -\n');
  });

  test('run in the background, are seen, and are killed', async () => {
    const nsh = await boot();
    expect(nsh.run('forever &')).toBe('forever [3:100]\n');
    expect(nsh.run('echo $!')).toBe('3\n');
    expect(nsh.run('ps')).toMatch(/^ {4}3 +3 +2 100 RR +Task +- Waiting +Signal .* forever$/m);
    expect(nsh.run('pidof forever')).toBe('3\n');
    expect(nsh.runAll('kill 3', 'ps')).not.toContain('forever');
    expect(nsh.run('pidof forever')).toBe('nsh: pidof: no such task: forever\n');
    expect(nsh.run('kill 3')).toBe('nsh: kill: no such task: 3\n');
    expect(nsh.runAll('forever &', 'pkill -9 forever', 'ps')).not.toContain('forever');
    expect(nsh.run('kill -0x 2')).toBe('nsh: kill: argument invalid\n');
    expect(nsh.run('kill -s')).toBe('nsh: kill: missing required argument(s)\n');
    expect(nsh.run('kill -99 2')).toBe('nsh: kill: argument invalid\n');
  });

  test('a command in the background is a shell of its own; wait waits for it', async () => {
    const nsh = await boot();
    expect(nsh.run('sleep 1 &')).toBe('sh [3:100]\n');
    const before = nsh.test.machine.ticks;
    expect(nsh.run('wait 3')).toBe('');
    expect(nsh.test.machine.ticks - before).toBeGreaterThan(90);
    expect(nsh.run('ps')).not.toContain('sleep');
    nsh.run('echo later &');
    expect(nsh.screen).toMatch(/later\n/);
    expect(nsh.run('nix &')).toBe('nsh: nix: command not found\n');
  });

  test('sleep and usleep take as long as they are told', async () => {
    const nsh = await boot();
    const ticksOf = (line: string) => {
      const before = nsh.test.machine.ticks;
      expect(nsh.run(line)).toBe('');
      return nsh.test.machine.ticks - before;
    };
    expect(Math.abs(ticksOf('sleep 2') - 201)).toBeLessThan(3);
    expect(Math.abs(ticksOf('usleep 500000') - 51)).toBeLessThan(3);
    expect(nsh.run('sleep x')).toBe('nsh: sleep: argument invalid\n');
    expect(nsh.run('sleep 0')).toBe('nsh: sleep: argument invalid\n');
  });
});

describe('^C', () => {
  test.each([
    ['an app', 'forever'],
    ['a sleep', 'sleep 100'],
    ['a loop of apps', 'while true; do forever; done'],
    ['a loop', 'while true; do usleep 1000; done'],
    ['a loop that never waits', 'while true; do true; done'],
    ['cat', 'cat'],
    ['a shell in the shell', 'sh -c "sleep 100"'],
    ['a pipe', 'forever | cat'],
    ['a shell that nobody can see', 'sh | nix'],
    ['what is timed', 'time "sleep 100"'],
    ['an endless file', 'cat /dev/zero > /dev/null'],
  ])('ends %s', async (_, line) => {
    const nsh = await boot();
    start(nsh, line);
    nsh.type(CTRL_C);
    expect(nsh.screen.endsWith('nsh> ')).toBe(true);
    expect(nsh.run('echo still there')).toBe('still there\n');
    expect(nsh.run('ps')).not.toMatch(/forever|sleep/);
  });

  test('drops the line that is being typed', async () => {
    const nsh = await boot();
    expect(nsh.type(`echo a${CTRL_C}`)).toBe('echo a^C\nnsh> ');
    expect(nsh.run('echo b')).toBe('b\n');
  });
});

describe('keys', () => {
  const [UP, DOWN, LEFT] = ['\x1b[A', '\x1b[B', '\x1b[D'];

  test('a line is mended before it is executed', async () => {
    const nsh = await boot();
    expect(nsh.run(`echo hallo${LEFT.repeat(4)}\x7fH${LEFT}${LEFT} `)).toBe('Hallo\n');
  });

  test('history goes up and down, and knows sixteen lines', async () => {
    const nsh = await boot();
    nsh.runAll('echo one', 'echo two', 'echo two', '');
    expect(nsh.run(`${UP}${UP}`)).toBe('one\n');
    expect(nsh.run(`${UP}${UP}${DOWN}`)).toBe('one\n');
    for (let i = 0; i < 20; i++) nsh.run(`echo ${i}`);
    expect(nsh.run(UP.repeat(50))).toBe('4\n');
  });

  test('tab completes commands, programs and paths', async () => {
    const nsh = await boot();
    expect(nsh.type('dirn\t')).toBe('dirname ');
    nsh.type(CTRL_C);
    expect(nsh.type('forev\t')).toBe('forever ');
    nsh.type(CTRL_C);
    expect(nsh.type('cat /dev/nu\t')).toBe('cat /dev/null ');
    nsh.type(CTRL_C);
    expect(nsh.type('ls /pr\tver\t')).toBe('ls /proc/version ');
    nsh.type(CTRL_C);
    expect(nsh.type('true; ba\t')).toBe('true; ba');
    nsh.type(CTRL_C);
    expect(nsh.type('uns\t A\n')).toBe('unset  A\nnsh> ');
    expect(nsh.type('mk\t')).toBe('mk\n  mkdir\n  mkfatfs\n  mkfifo\n  mkrd\nnsh> mk');
  });

  test('^L clears the screen and keeps the line, ^D ends the shell', async () => {
    const nsh = await boot();
    expect(nsh.type('echo a\x0c')).toBe('echo a\x1b[2J\x1b[Hnsh> echo a');
    expect(nsh.type('\n')).toBe('\na\nnsh> ');
    nsh.run('sh');
    expect(nsh.run('\x04')).toBe('');
    nsh.type('\x04');
    expect(nsh.test.machine.kernel.state.tasks.some((tcb) => tcb?.name === 'nsh_main')).toBe(false);
  });
});

test('exit ends the shell and gives back what it had', async () => {
  const nsh = await boot();
  const { heap } = nsh.test.machine.kernel.state;
  nsh.run('sh');
  const before = nsh.runAll('echo a', 'echo b') && heapUse(nsh);
  nsh.run('sh');
  nsh.runAll('echo c', 'exit', 'echo a');
  expect(heapUse(nsh)).toBe(before);
  expect(heap).toBeDefined();
  nsh.type('exit\n');
  nsh.type('exit\n');
  expect(nsh.test.machine.kernel.state.tasks.filter((tcb) => tcb && tcb.state !== TaskState.Invalid)).toHaveLength(1);
});

function heapUse({ test: { machine } }: Nsh): number {
  return [...machine.kernel.state.heap.used.values()].reduce((sum, { size }) => sum + size, 0);
}
