/** What a board shows against the recorded consoles of a real NuttX: columns and wording are the same, numbers differ. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../firmware';
import { bare, Nsh } from './nsh';

const folder = join(root, '..', 'shared', 'oracle', 'consoles');
const there = existsSync(folder);

/** What a command wrote on a recorded console; undefined when it was not typed there. */
function recorded(console: string, command: string): string | undefined {
  const text = readFileSync(join(folder, `${console}.txt`), 'utf8');
  const [, output] = text.split(`nsh> ${command}\n`);
  return output?.split('nsh> ')[0];
}

const consoles = ['nsh-session', 'qemu-armv7a-nsh', 'qemu-lm3s-nsh'];

const config = { CONFIG_SCHED_HPWORK: true, CONFIG_SCHED_LPWORK: true, CONFIG_SCHED_HAVE_PARENT: true };
const boot = () => Nsh.boot(bare, { config });

/** Digits and what can be in their place. */
const blur = (text: string) => text.replace(/0x[0-9a-f]+|\d/g, '9').replace(/9+/g, '9');

describe.runIf(there)('like a real one', () => {
  test('the greeting and the prompt', async () => {
    const screen = readFileSync(join(folder, 'nsh-session.txt'), 'utf8').split('nsh> ')[0];
    expect((await boot()).screen).toBe(`${screen}nsh> `);
  });

  test('a command that there is not', async () => {
    expect((await boot()).run('elp')).toBe(recorded('qemu-armv7a-nsh', 'elp'));
  });

  test('help: the columns, and the order of commands', async () => {
    const nsh = await boot();
    const lines = (text: string) => text.split('\n');
    const ours = lines(nsh.run('help'));
    for (const each of ['nsh-session', 'qemu-lm3s-nsh']) {
      const theirs = lines(recorded(each, 'help')!);
      expect(ours.slice(0, 2)).toEqual(theirs.slice(0, 2));
      expect(ours.slice(ours.indexOf('') + 1)).toContain('Builtin Apps:');
      expect(theirs.slice(theirs.indexOf('') + 1)).toContain('Builtin Apps:');
      const table = (all: string[]) => all.slice(2, all.indexOf('', 2));
      // Columns are as wide as the longest name and four spaces, on both.
      for (const line of [...table(ours), ...table(theirs)]) expect(line).toMatch(/^ {4}(\S.{11})*$/);
      const inOrder = (all: string[]) => {
        const rows = table(all).map((line) =>
          line
            .slice(4)
            .match(/.{12}/g)!
            .map((cell) => cell.trim()),
        );
        return rows[0]!.flatMap((_, i) => rows.map((row) => row[i]).filter((cell) => cell !== undefined));
      };
      const [we, they] = [inOrder(ours), inOrder(theirs)];
      const common = we.filter((name) => they.includes(name));
      expect(common).toEqual(they.filter((name) => we.includes(name)));
      expect(common.length).toBeGreaterThan(40);
    }
  });

  test('ps: the header, and lines of tasks that wait and run', async () => {
    const nsh = await boot();
    const ours = nsh.run('ps').split('\n');
    const theirs = recorded('qemu-armv7a-nsh', 'ps')!.split('\n');
    expect(ours[0]).toBe(theirs[0]);
    const cells = (line: string) => line.slice(0, theirs[0]!.indexOf('STACK'));
    const row = (lines: string[], name: string) => cells(lines.find((line) => line.includes(name))!);
    expect(row(ours, 'lpwork')).toBe(row(theirs, 'lpwork'));
    expect(row(ours, 'nsh_main')).toBe(row(theirs, 'nsh_main'));
    expect(row(ours, 'Idle_Task')).toBe(row(theirs, 'Idle_Task'));
    // Behind that: seven digits of stack and of what was used of it, how much that is, and the command.
    for (const lines of [ours, theirs]) {
      const line = lines.find((each) => each.includes('nsh_main'))!;
      expect(line.slice(theirs[0]!.indexOf('STACK') - 2)).toMatch(/^\d{7} \d{7} [ \d]{3}\.\d%[ !] nsh_main$/);
    }
  });

  test('free: the header, and a line of numbers under it', async () => {
    const nsh = await boot();
    const [header, line] = nsh.run('free').split('\n') as [string, string];
    for (const each of consoles) {
      const [theirHeader, theirLine] = recorded(each, 'free')!.split('\n') as [string, string];
      expect(header).toBe(theirHeader);
      expect(blur(line).replace(/ +/g, ' ')).toBe(blur(theirLine).replace(/ +/g, ' '));
      expect(line).toHaveLength(theirLine.length);
    }
    const [total, used, free] = line.trim().split(/ +/).map(Number) as [number, number, number];
    expect(used + free).toBe(total);
  });

  test('uname -a: system, release, version with the date, machine, board', async () => {
    const words = (await boot()).run('uname -a').trim().split(/ +/);
    const theirs = recorded('qemu-armv7a-nsh', 'uname -a')!.trim().split(/ +/);
    expect(words).toHaveLength(theirs.length);
    expect(words[0]).toBe(theirs[0]);
    expect(words.slice(2).map(blur).join(' ')).toMatch(/^\w+ [A-Z][a-z]{2} 9 9 9:9:9 \w+ \w+$/);
    expect(theirs.slice(2).map(blur).join(' ')).toMatch(/^\w+ [A-Z][a-z]{2} 9 9 9:9:9 \w+ [\w-]+$/);
  });

  test('ls /proc: a folder per task, and the files that both have, in their order', async () => {
    const ours = (await boot()).run('ls /proc').split('\n');
    const theirs = recorded('qemu-armv7a-nsh', 'ls /proc')!.split('\n');
    expect(ours[0]).toBe(theirs[0]);
    expect(ours.slice(1, 5)).toEqual([' 0/', ' 1/', ' 2/', ' 4/']);
    expect(theirs.slice(1, 5)).toEqual([' 0/', ' 1/', ' 2/', ' 4/']);
    for (const name of [' cpuinfo', ' fs/', ' meminfo', ' self/', ' uptime', ' version']) {
      expect(ours).toContain(name);
      expect(theirs).toContain(name);
    }
  });

  test('/proc/<pid>/status and stack, /proc/uptime and version', async () => {
    const nsh = await boot();
    const names = (text: string) => text.split('\n').map((line) => line.slice(0, 12));
    expect(names(nsh.run('cat /proc/1/status'))).toEqual(names(recorded('nsh-session', 'cat /proc/1/status')!));
    expect(names(nsh.run('cat /proc/1/stack'))).toEqual(
      expect.arrayContaining(names(recorded('nsh-session', 'cat /proc/1/stack')!)),
    );
    expect(blur(nsh.run('cat /proc/uptime'))).toBe(blur(recorded('nsh-session', 'cat /proc/uptime')!));
    expect(nsh.run('cat /proc/version')).toMatch(/^NuttX version [\d.]+ \w+ \w+ \d+ \d+ \S+ sim:nsh\n$/);
  });
});

test('a small microcontroller has room for it, and its UART carries it', async () => {
  const nsh = await Nsh.boot(bare, { board: 'micro' });
  expect(nsh.screen).toBe('\nNuttShell (NSH)\nnsh> ');
  expect(nsh.run('echo `echo deep` | cat')).toBe('deep\n');
  expect(nsh.run('uname -i')).toBe('micro\n');
});
