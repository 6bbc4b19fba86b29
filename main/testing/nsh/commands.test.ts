/** Every command of NSH: what it does, and how it says what it could not do. */
import { describe, expect, test } from 'vitest';
import { Nsh } from './nsh';

/** Lines that are typed one after the other, and what each writes. */
type Session = readonly (readonly [line: string, output: string])[];

async function expectSession(session: Session, setup: readonly string[] = []): Promise<Nsh> {
  const nsh = await Nsh.boot();
  for (const line of ['mount -t tmpfs /tmp', 'cd /tmp', ...setup]) expect(nsh.run(line)).toBe('');
  const got = session.map(([line]) => [line, nsh.run(line)]);
  expect(nsh.test.dump?.text).toBeUndefined();
  expect(got).toEqual(session);
  return nsh;
}

const session = (name: string, lines: Session, setup?: readonly string[]) =>
  test(name, () => expectSession(lines, setup).then(() => undefined));

describe('files', () => {
  session(
    'cat writes files, or what it reads',
    [
      ['cat a', 'one\n'],
      ['cat a b', 'one\ntwo\n'],
      ['cat < b', 'two\n'],
      ['cat nix', 'nsh: cat: open failed: ENOENT\n'],
      ['cat /tmp', 'nsh: cat: open failed: EISDIR\n'],
    ],
    ['echo one > a', 'echo two > b'],
  );

  session(
    'cp copies a file, into a directory, and with -r a tree',
    [
      ['cp a b', ''],
      ['cat b', 'one\n'],
      ['cp a d', ''],
      ['cat d/a', 'one\n'],
      ['cp -r d e', ''],
      ['cat e/a', 'one\n'],
      ['cp nix b', 'nsh: cp: open failed: ENOENT\n'],
      ['cp a', 'nsh: cp: missing required argument(s)\n'],
      ['cp a b c d', 'nsh: cp: too many arguments\n'],
    ],
    ['echo one > a', 'mkdir d'],
  );

  session(
    'mv gives a file another name',
    [
      ['mv a b', ''],
      ['cat b', 'one\n'],
      ['cat a', 'nsh: cat: open failed: ENOENT\n'],
      ['mv nix b', 'nsh: mv: rename failed: ENOENT\n'],
      ['mv a', 'nsh: mv: missing required argument(s)\n'],
    ],
    ['echo one > a'],
  );

  session(
    'rm takes a file away, and with -r a tree',
    [
      ['rm a', ''],
      ['rm a', 'nsh: rm: unlink failed: ENOENT\n'],
      ['rm -f a', ''],
      ['rm -r d', ''],
      ['ls', '/tmp:\n'],
      ['rm', 'nsh: rm: missing required argument(s)\n'],
      ['rm -x a', 'nsh: rm: argument invalid\n'],
    ],
    ['echo one > a', 'mkdir d', 'mkdir d/e', 'echo x > d/e/f'],
  );

  session(
    'cmp says where files differ',
    [
      ['cmp a b', ''],
      ['cmp a c; echo same', 'files differ: byte 3\n'],
      ['cmp a nix', 'nsh: cmp: open failed: ENOENT\n'],
    ],
    ['echo one > a', 'echo one > b', 'echo onto > c'],
  );

  session('ln, readlink', [
    ['ln -s /dev/null /dev/nothing', ''],
    ['readlink /dev/nothing', '/dev/null\n'],
    ['cat /dev/nothing', ''],
    ['readlink /dev/null', 'nsh: readlink: readlink failed: EINVAL\n'],
    ['ln /dev/null /dev/nothing', 'nsh: ln: link failed: EEXIST\n'],
  ]);

  session(
    'mkfifo, truncate',
    [
      ['mkfifo /dev/fifo', ''],
      ['mkfifo /dev/fifo', 'nsh: mkfifo: mkfifo failed: EEXIST\n'],
      ['truncate -s 3 a', ''],
      ['ls -s a', '           3 /tmp/a\n'],
      ['truncate -s x a', 'nsh: truncate: argument invalid\n'],
      ['truncate -q 3 a', 'nsh: truncate: missing required argument(s)\n'],
    ],
    ['echo one two > a'],
  );

  test('dd copies blocks, skips some, and says how fast it was', async () => {
    const nsh = await Nsh.boot();
    nsh.runAll('mount -t tmpfs /tmp', 'cd /tmp', 'echo -n 0123456789abcdef > a');
    expect(nsh.run('dd if=a of=b bs=4 count=2 skip=1')).toMatch(/^8 bytes \(2 blocks\) copied, \d+ usec, \d+ KB\/s\n$/);
    expect(nsh.run('cat b')).toBe('456789ab');
    expect(nsh.run('dd if=/dev/zero of=c bs=512 count=40')).toContain('20480 bytes (40 blocks)');
    expect(nsh.run('ls -s c')).toBe('       20480 /tmp/c\n');
    expect(nsh.run('dd nothing')).toContain('usage:');
    expect(nsh.run('dd if=nix of=b')).toBe("dd: failed to open 'nix': ENOENT\n");
    expect(nsh.run('dd if=a of=b bs=0')).toBe('dd: bs: argument invalid\n');
    expect(nsh.run('dd if=a of=b bs=4294967296')).toBe('dd: bs: argument invalid\n');
    expect(nsh.run('dd if=a of=b bs=2147483647')).toBe('dd: out of memory\n');
  });
});

describe('directories', () => {
  session(
    'cd, pwd',
    [
      ['pwd', '/tmp\n'],
      ['cd d', ''],
      ['pwd', '/tmp/d\n'],
      ['cd ..', ''],
      ['pwd', '/tmp\n'],
      ['cd -', ''],
      ['pwd', '/tmp/d\n'],
      ['cd', ''],
      ['pwd', '/\n'],
      ['cd /nix', 'nsh: cd: chdir failed: ENOENT\n'],
      ['cd /dev/null', 'nsh: cd: chdir failed: ENOTDIR\n'],
      ['pwd', '/\n'],
    ],
    ['mkdir d'],
  );

  session(
    'ls lists names, with -s sizes, with -l permissions, with -R everything below',
    [
      ['ls', '/tmp:\n a\n d/\n'],
      ['ls -s a', '           4 /tmp/a\n'],
      ['ls -R', '/tmp:\n a\n d/\n/tmp/d:\n e/\n/tmp/d/e:\n'],
      ['ls nix', 'nsh: ls: stat failed: ENOENT\n'],
      ['ls -x', 'nsh: ls: argument invalid\n'],
      ['ls a b', 'nsh: ls: too many arguments\n'],
      ['ls -l /dev/null', ' crw-rw-rw-           0 /dev/null\n'],
    ],
    ['echo one > a', 'mkdir d', 'mkdir d/e'],
  );

  session('mkdir, rmdir', [
    ['mkdir d', ''],
    ['mkdir d', 'nsh: mkdir: mkdir failed: EEXIST\n'],
    ['mkdir -p d/e/f', ''],
    ['rmdir d', 'nsh: rmdir: rmdir failed: ENOTEMPTY\n'],
    ['rmdir d/e/f', ''],
    ['rmdir nix', 'nsh: rmdir: rmdir failed: ENOENT\n'],
    ['ls d', '/tmp/d:\n e/\n'],
  ]);

  session(
    'du',
    [
      ['du -s d', '1       d\n'],
      ['du -h', '3B      ./d\n3B      .\n'],
      ['du nix', 'nsh: du: stat failed: ENOENT\n'],
    ],
    ['mkdir d', 'echo ab > d/a'],
  );
});

describe('volumes', () => {
  test('a RAM disk is made, formatted, mounted, filled, shown, taken away and keeps its files', async () => {
    const nsh = await Nsh.boot();
    expect(nsh.runAll('mkrd -m 3 -s 512 128', 'mkfatfs -F 12 /dev/ram3', 'mount -t vfat /dev/ram3 /mnt')).toBe('');
    expect(nsh.runAll('echo kept > /mnt/a-rather-long-name.txt', 'ls /mnt')).toBe('/mnt:\n a-rather-long-name.txt\n');
    expect(nsh.run('mount')).toContain('  /mnt type vfat\n');
    expect(nsh.run('df')).toMatch(/^ {2}Block {4}Number\n {2}Size {5}Blocks[^]*\n +512 +\d+ +\d+ +\d+ \/mnt\n/);
    expect(nsh.run('df -h')).toMatch(/vfat +\d+K +\d+\w +\d+K \/mnt\n/);
    expect(nsh.run('umount /mnt')).toBe('');
    expect(nsh.run('ls /mnt')).not.toContain('long');
    expect(nsh.runAll('mount -t vfat /dev/ram3 /mnt', 'cat /mnt/a-rather-long-name.txt')).toBe('kept\n');
  });

  session('what is refused', [
    ['mount -t nix /mnt', 'nsh: mount: mount failed: ENODEV\n'],
    ['mount -t vfat /dev/null /mnt', 'nsh: mount: mount failed: ENOTBLK\n'],
    ['mount -t vfat', 'nsh: mount: missing required argument(s)\n'],
    ['mount -t vfat a b c', 'nsh: mount: too many arguments\n'],
    ['umount /dev', 'nsh: umount: umount failed: EINVAL\n'],
    ['mkrd', 'nsh: mkrd: missing required argument(s)\n'],
    ['mkrd x', 'nsh: mkrd: argument invalid\n'],
    ['mkrd -m 256 8', 'nsh: mkrd: value out of range\n'],
    ['mkrd -m', 'nsh: mkrd: missing required argument(s)\n'],
    ['mkfatfs -F 13 /dev/ram0', 'nsh: mkfatfs: value out of range\n'],
    ['mkfatfs /dev/nix', 'nsh: mkfatfs: mkfatfs failed: ENOENT\n'],
  ]);
});

describe('text and conditions', () => {
  session('echo, printf, basename, dirname, expr', [
    ['echo', '\n'],
    ['echo a  "b  c"', 'a b  c\n'],
    ['echo -n a', 'a'],
    ['echo -e "a\\tb\\x41\\101"', 'a\tbAA\n'],
    ['echo -q', 'nsh: echo: argument invalid\n'],
    ['printf "a\\n\\x42\\n"', 'a\nB\n'],
    ['printf "%s=%3d|%-4s|%04x\\n" x 7 ab 255', 'x=  7|ab  |00ff\n'],
    ['basename /a/b.c', 'b.c\n'],
    ['basename /a/b.c .c', 'b\n'],
    ['dirname /a/b', '/a\n'],
    ['dirname a', '.\n'],
    ['expr 2 + 3', '5\n'],
    ['expr 7 % 4', '3\n'],
    ['expr 1 / 0', 'nsh: expr: division by zero\n'],
    ['expr 1 x 2', 'nsh: expr: syntax error\n'],
  ]);

  const long = 'x'.repeat(200);
  session('words that become too long for a stack', [
    [`set L ${long}`, ''],
    ['set L "$L$L"', ''],
    ['set L "$L$L"', 'nsh: argument too long\n'],
    ['"$L$L"', 'nsh: argument too long\n'],
    ['echo x > $L$L', 'nsh: argument too long\n'],
    ['echo ${L}', `${long}${long}\n`],
  ]);

  session('alias, unalias', [
    ["alias say='echo so' u=uname", ''],
    ['say it; u', 'so it\nNuttX\n'],
    ['alias', "alias say='echo so'\nalias u='uname'\n"],
    ['alias u', "alias u='uname'\n"],
    ['alias a=b b=a', ''],
    ['a', 'nsh: a: command not found\n'],
    ["alias x='a | b'", 'nsh: alias: argument invalid\n'],
    [`alias x='"'`, 'nsh: alias: argument invalid\n'],
    ['unalias nix', 'nsh: unalias: no such alias: nix\n'],
    ['unalias', 'nsh: unalias: missing required argument(s)\n'],
    ['unalias -a', ''],
    ['alias', ''],
    ['say', 'nsh: say: command not found\n'],
  ]);

  test('watch repeats a command until ^C is pressed, or it fails', async () => {
    const nsh = await Nsh.boot();
    expect(nsh.run('watch false')).toBe('');
    expect(nsh.type('watch -n 1 echo again\n', 350).match(/^again\n/gm)).toHaveLength(4);
    expect(nsh.type('\x03')).toMatch(/nsh> $/);
    expect(nsh.run('watch -n 0 ls')).toBe('nsh: watch: argument invalid\n');
  });

  session(
    'what cannot be written is told',
    [
      ['echo x > /mnt/b', 'nsh: echo: write failed: ENOSPC\n'],
      ['help | true', ''],
    ],
    ['mkrd 64', 'mkfatfs /dev/ram0', 'mount -t vfat /dev/ram0 /mnt', 'truncate -s 14848 /mnt/a'],
  );

  const conditions: readonly (readonly [string, boolean])[] = [
    ['-d /dev', true],
    ['-f /dev', false],
    ['-e /nix', false],
    ['-c /dev/null', true],
    ['-b /dev/null', false],
    ['-r /dev/null', true],
    ['a = a', true],
    ['a != a', false],
    ['3 -lt 10', true],
    ['3 -gt 10', false],
    ['3 -eq 3', true],
    ['3 -ne 3', false],
    ['3 -le 3', true],
    ['4 -ge 5', false],
    ['-n ""', false],
    ['-z ""', true],
    ['! -e /nix', true],
    ['-d /dev -a 1 -eq 2', false],
    ['-d /dev -o 1 -eq 2', true],
  ];
  session(
    'test and [',
    conditions.flatMap(([text, holds]) => [
      [`test ${text} && echo yes || echo no`, holds ? 'yes\n' : 'no\n'] as const,
      [`[ ${text} ] && echo yes || echo no`, holds ? 'yes\n' : 'no\n'] as const,
    ]),
  );

  session('what is no condition', [
    ['[ a = b', 'nsh: [: syntax error\n'],
    ['test a -eq b', 'nsh: test: argument invalid\n'],
    ['test a b', 'nsh: test: syntax error\n'],
    ['test', 'nsh: test: missing required argument(s)\n'],
  ]);
});

describe('variables, time and memory', () => {
  session('set, env, unset, export', [
    ['set A one', ''],
    ['set B two words', ''],
    ['echo $A ${B}s "$B" \'$A\' \\$A $nix.', 'one two wordss two words $A $A .\n'],
    ['env', 'OLDPWD=/\nPWD=/tmp\nA=one\nB=two words\n'],
    ['unset A', ''],
    ['echo [$A]', '[]\n'],
    ['export C=3', ''],
    ['export D 4', ''],
    ['echo $C$D', '34\n'],
    ['set', 'nsh: set: missing required argument(s)\n'],
    ['set 1x 2', 'nsh: set: argument invalid\n'],
    ['echo ${A', 'nsh: ${: no matching }\n'],
  ]);

  session('date, uptime', [
    ['date', 'Fri, Jan 01 00:00:00 2016\n'],
    ['date -s "Feb 29 23:59:58 2024"', ''],
    ['date', 'Thu, Feb 29 23:59:58 2024\n'],
    ['sleep 2', ''],
    ['date', 'Fri, Mar 01 00:00:00 2024\n'],
    ['date -s "Foo 1 00:00:00 2024"', 'nsh: date: argument invalid\n'],
    ['date x', 'nsh: date: too many arguments\n'],
    ['uptime', '00:00:00 up  0:00, load average: 0.00, 0.00, 0.00\n'],
    ['uptime -p', 'up 0 minutes\n'],
    ['uptime -s', '2024-02-29 23:59:58\n'],
  ]);

  test('time says how long a command took', async () => {
    const nsh = await Nsh.boot();
    expect(nsh.run('time "sleep 1; echo done"')).toMatch(/^done\n\n1\.0\d{3} sec\n$/);
    expect(nsh.run('time sleep 1')).toBe('nsh: time: too many arguments\n');
  });

  session(
    'hexdump, xd',
    [
      ['hexdump a', 'a at 00000000:\n0000: 48 65 79 0a                                     Hey.\n'],
      ['hexdump a skip=1 count=2', 'a at 00000001:\n0000: 65 79                                           ey\n'],
      ['hexdump nix', 'nsh: hexdump: open failed: ENOENT\n'],
      ['xd 0 16', 'nsh: xd: value out of range\n'],
      ['xd g 16', 'nsh: xd: argument invalid\n'],
      ['xd 20000000', 'nsh: xd: missing required argument(s)\n'],
    ],
    ['echo Hey > a'],
  );

  session('uname', [
    ['uname', 'NuttX\n'],
    ['uname -s', 'NuttX\n'],
    ['uname -m', 'sim\n'],
    ['uname -i', 'sim\n'],
    ['uname -q', 'nsh: uname: argument invalid\n'],
  ]);

  session('help for one command', [
    ['help cat', 'cat usage:  cat [<path> [<path> [<path> ...]]]\n'],
    ['help free', 'free usage:  free\n'],
    ['help nix', 'nsh: nix: command not found\n'],
  ]);

  test('help -v: the forms of commands, and how each is used', async () => {
    const nsh = await Nsh.boot();
    const text = nsh.run('help -v');
    expect(text).toMatch(/^NSH command forms:\n/);
    expect(text).toContain('Where <cmd> is one of:\n');
    expect(text).toContain('\n  mkrd [-m <minor>] [-s <sector-size>] <nsectors>\n');
    expect(text).toContain('Builtin Apps:\n');
    expect(nsh.run('?')).toBe(nsh.run('help'));
  });
});

test('reboot boots the board again, poweroff ends it', async () => {
  const nsh = await Nsh.boot();
  expect(nsh.runAll('set A one', 'reboot')).toContain('NuttShell (NSH)\n');
  expect(nsh.run('echo [$A]')).toBe('[]\n');
  nsh.type('poweroff\n');
  expect(nsh.test.finish()).toBe('ended');
});
