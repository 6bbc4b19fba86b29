/** What stands between commands: keywords, redirections, pipes, scripts. */
import { describe, expect, test } from 'vitest';
import { Nsh } from './nsh';

async function bootWithFiles(): Promise<Nsh> {
  const nsh = await Nsh.boot();
  nsh.runAll('mount -t tmpfs /tmp', 'cd /tmp');
  return nsh;
}

/** Puts lines into a file by the shell's own means. */
function write(nsh: Nsh, path: string, ...lines: string[]): void {
  nsh.run(`rm -f ${path}`);
  for (const line of lines) nsh.run(`echo '${line}' >> ${path}`);
}

test.each([
  ['if true; then echo a; fi', 'a\n'],
  ['if false; then echo a; fi', ''],
  ['if false; then echo a; else echo b; fi', 'b\n'],
  ['if ! false; then echo a; else echo b; fi', 'a\n'],
  ['if true; then if false; then echo a; else echo b; fi; else echo c; fi; echo d', 'b\nd\n'],
  ['if false; then if true; then echo a; else echo b; fi; else echo c; fi; echo d', 'c\nd\n'],
  ['if true && false; then echo a; else echo b; fi', 'b\n'],
  ['while false; do echo a; done; echo b', 'b\n'],
  ['until true; do echo a; done; echo b', 'b\n'],
  ['while true; do echo a; break; done; echo b', 'a\nb\n'],
  ['while true; do if true; then break; fi; echo a; done; echo b', 'b\n'],
  ['if false; then while true; do echo a; done; fi; echo b', 'b\n'],
  ['true && echo a', 'a\n'],
  ['false && echo a', ''],
  ['false || echo a', 'a\n'],
  ['true || echo a && echo b', 'b\n'],
  ['false && echo a || echo b', 'b\n'],
  ['echo a; false; echo b', 'a\n'],
  ['echo a # b', 'a\n'],
  ['echo a | cat | cat', 'a\n'],
  ['echo a | nix', 'nsh: nix: command not found\n'],
  ['echo a > /dev/null', ''],
  ['echo `echo a; echo b`', 'a b\n'],
  ['echo "`echo a; echo b`"', 'a\nb\n'],
  ['`echo echo` a', 'a\n'],
  ['sh -c "echo a; echo b"', 'a\nb\n'],
  ['sh -c "exit; echo a"', ''],
  ['sh nix', 'nsh: sh: open failed: ENOENT\n'],
  ['sh -c', 'nsh: sh: missing required argument(s)\n'],
  ['echo a > /nix/b', 'nsh: echo: open failed: ENOENT\n'],
  ['cat < /nix', 'nsh: cat: open failed: ENOENT\n'],
  ['nix > /dev/null', 'nsh: nix: command not found\n'],
  ['then', 'nsh: then: not valid in this context\n'],
  ['else', 'nsh: else: not valid in this context\n'],
  ['do', 'nsh: do: not valid in this context\n'],
  ['done', 'nsh: done: not valid in this context\n'],
  ['fi', 'nsh: fi: not valid in this context\n'],
  ['if', 'nsh: if: argument invalid\n'],
  ['while', 'nsh: while: argument invalid\n'],
  ['if true; echo a', 'nsh: echo: not valid in this context\n'],
  ['if true; then echo a; fi x', 'a\nnsh: fi: argument invalid\n'],
  ['echo "a', 'nsh: ": no matching "\n'],
  ['a | | b', 'nsh: |: syntax error\n'],
])('%s', async (line, output) => {
  const nsh = await Nsh.boot();
  // The kernel's name space has no regular files, so an open that makes one fails.
  expect(nsh.run(line)).toBe(output);
  expect(nsh.run('echo still there')).toBe('still there\n');
});

test('$? is whether the last command failed', async () => {
  const nsh = await Nsh.boot();
  expect(nsh.runAll('false', 'echo $?')).toBe('1\n');
  expect(nsh.run('echo $?')).toBe('0\n');
  expect(nsh.runAll('nix', 'echo $?')).toContain('1\n');
  expect(nsh.runAll('sh -c false', 'echo $?')).toBe('1\n');
  expect(nsh.runAll('sh -c true', 'echo $?')).toBe('0\n');
});

test('if and while over several lines', async () => {
  const nsh = await Nsh.boot();
  expect(nsh.runAll('if true', 'then', 'echo yes')).toBe('yes\n');
  expect(nsh.runAll('else', 'echo no')).toBe('');
  expect(nsh.runAll('fi', 'echo on')).toBe('on\n');
  expect(nsh.runAll('set i 0', 'while [ $i -lt 3 ]', 'do', 'set i `expr $i + 1`', 'echo $i', 'done')).toBe('2\n3\n');
});

describe('redirection', () => {
  test('>, >> and <, together and anywhere', async () => {
    const nsh = await bootWithFiles();
    expect(nsh.runAll('echo one > a', 'echo two >> a', 'cat a')).toBe('one\ntwo\n');
    expect(nsh.runAll('cat < a > b', 'cat b')).toBe('one\ntwo\n');
    expect(nsh.runAll('> c echo three', 'cat c')).toBe('three\n');
    expect(nsh.runAll('echo four>c', 'cat c')).toBe('four\n');
    expect(nsh.runAll('sh -c "echo five" > c', 'cat c')).toBe('five\n');
    expect(nsh.runAll('time "echo six" > c', 'cat c')).toMatch(/^six\n\n0\.0\d{3} sec\n$/);
    expect(nsh.run('cat nix > c')).toBe('nsh: cat: open failed: ENOENT\n');
    expect(nsh.run('cat c')).toBe('');
  });

  test('what was redirected is as it was, also behind an error', async () => {
    const nsh = await bootWithFiles();
    const before = nsh.run('fdinfo 2');
    nsh.runAll('echo one > a', 'cat nix > a', 'nix > a', 'echo a | cat', 'echo `echo b`', 'sh -c true > a');
    expect(nsh.run('fdinfo 2')).toBe(before);
  });
});

describe('scripts', () => {
  test('source and . execute in the shell itself, sh in one of its own', async () => {
    const nsh = await bootWithFiles();
    write(nsh, 's', 'set A inner', 'echo in $A');
    expect(nsh.runAll('set A outer', 'sh s')).toBe('in inner\n');
    expect(nsh.run('echo $A')).toBe('outer\n');
    expect(nsh.run('source s')).toBe('in inner\n');
    expect(nsh.run('echo $A')).toBe('inner\n');
    expect(nsh.run('. s')).toBe('in inner\n');
    expect(nsh.run('sh < s')).toBe('in inner\n');
    expect(nsh.run('source nix')).toBe('nsh: source: open failed: ENOENT\n');
  });

  test('a loop, over more lines than are read at a time', async () => {
    const nsh = await bootWithFiles();
    const filler = Array.from({ length: 12 }, () => `# ${'x'.repeat(60)}`);
    write(
      nsh,
      's',
      ...filler,
      'set i 0',
      'while [ $i -lt 3 ]; do',
      ...filler,
      '  echo $i',
      '  set i `expr $i + 1`',
      'done',
      'echo end',
    );
    expect(nsh.run('sh s')).toBe('0\n1\n2\nend\n');
  });

  test('the first error ends it, unless it is told to go on', async () => {
    const nsh = await bootWithFiles();
    write(nsh, 's', 'echo a', 'false', 'echo b');
    expect(nsh.run('sh s')).toBe('a\n');
    expect(nsh.run('sh s || echo failed')).toBe('a\nfailed\n');
    expect(nsh.run('source s || echo failed')).toBe('a\nfailed\n');
    write(nsh, 'on', 'set +e', 'echo a', 'false', 'echo b');
    expect(nsh.run('sh on')).toBe('a\nb\n');
    write(nsh, 'if', 'if false', 'then', 'echo a', 'else', 'echo b', 'fi', 'echo c');
    expect(nsh.run('sh if')).toBe('b\nc\n');
    write(nsh, 'last', 'echo a', 'echo b && false');
    expect(nsh.run('if source last; then echo yes; else echo no; fi')).toBe('a\nb\nno\n');
  });

  test('set -x shows the lines of scripts', async () => {
    const nsh = await bootWithFiles();
    write(nsh, 's', 'set -x', 'echo a', 'set +x', 'echo b');
    expect(nsh.run('sh s')).toBe('echo a\na\nset +x\nb\n');
  });

  test('scripts in scripts, so deep and no deeper', async () => {
    const nsh = await bootWithFiles();
    write(nsh, 's', 'echo again', 'source s');
    const output = nsh.run('source s');
    expect(output).toMatch(/^(again\n){15}nsh: source: nesting too deep\n$/);
    expect(nsh.run('echo still there')).toBe('still there\n');
    expect(nsh.run('fdinfo 2').match(/\/tmp\/s/)).toBeNull();
  });

  test('one without a newline at its end', async () => {
    const nsh = await bootWithFiles();
    nsh.run('echo -n "echo end" > s');
    expect(nsh.run('sh s')).toBe('end\n');
  });
});

test('a loop of many turns needs no more memory and no more time for going back', async () => {
  const nsh = await Nsh.boot();
  nsh.run('set i 0');
  const { state } = nsh.test.machine.kernel;
  const used = () => [...state.heap.used.values()].reduce((sum, { size }) => sum + size, 0);
  nsh.run('while [ $i -lt 50 ]; do set i `expr $i + 1`; done');
  const before = used();
  nsh.run('while [ $i -lt 150 ]; do set i `expr $i + 1`; done');
  expect(used()).toBeLessThan(before + 64);
  expect(nsh.run('echo $i')).toBe('150\n');
  expect(nsh.test.machine.kernel.state.tasks[2]!.native!.results.length).toBeLessThan(50);
});
