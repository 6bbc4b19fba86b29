/** Whatever is typed, the machine does not crash, the shell does not hang, and nothing leaks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bare, Nsh } from './nsh';

const RUNS = 60;

/** What ends everything, or takes long on purpose. */
const dangerous = /exit|quit|reboot|poweroff|kill|sleep/;

const word = fc.oneof(
  fc.constantFrom(
    ...'. [ ] ? ! basename break cat cd cp cmp dirname date df du echo env export expr false fdinfo'.split(' '),
  ),
  fc.constantFrom(
    ...'free help hexdump ln ls mkdir mkfatfs mkfifo mkrd mount mv pidof printf ps pwd readlink rm'.split(' '),
  ),
  fc.constantFrom(
    ...'rmdir set sh source test time true truncate uname umount unset uptime xd wait dd nix alias unalias'.split(' '),
  ),
  fc.constantFrom('if', 'then', 'else', 'fi', 'while', 'until', 'do', 'done'),
  fc.constantFrom(
    '/tmp/a',
    '/tmp/d',
    '/tmp',
    '/',
    '.',
    '..',
    '-',
    '/dev/null',
    '/dev/zero',
    '/proc/self/status',
    'a',
    '',
  ),
  fc.constantFrom(
    '-r',
    '-l',
    '-s',
    '-c',
    '-n',
    '-t',
    'tmpfs',
    'vfat',
    '/dev/ram0',
    '0',
    '1',
    '-1',
    '65536',
    '20000000',
  ),
  fc.constantFrom(
    '$?',
    '$PWD',
    '${x}',
    '$x',
    '"$PWD a"',
    "'a b'",
    '`echo a`',
    '"',
    "'",
    '`',
    '\\',
    '${',
    '%d',
    '=',
    '-eq',
  ),
);
const joint = fc.constantFrom(' ', ' ', ' ', ' ', ';', '; ', ' && ', ' || ', ' | ', ' > ', ' >> ', ' < ', ' & ', '#');

/** Words with something between them. */
const grammatical = fc
  .array(fc.tuple(word, joint), { minLength: 1, maxLength: 10 })
  .map((parts) => parts.flat().join(''))
  .filter((line) => !dangerous.test(line));

/** Keys: anything but what ends the shell or, pressed twice, lists a whole folder. */
const keys = fc
  .string({
    unit: fc
      .integer({ min: 1, max: 255 })
      .filter((code) => code !== 4)
      .map((code) => String.fromCharCode(code)),
    maxLength: 30,
  })
  .filter((line) => !dangerous.test(line));

const CTRL_C = '\x03';

/** Back to an empty line at the prompt, whatever is open. */
function calm(nsh: Nsh): void {
  for (let i = 0; i < 5 && !nsh.screen.endsWith('nsh> '); i++) nsh.type(CTRL_C);
  nsh.type(`${CTRL_C}\n`);
}

function inUse({ test: { machine } }: Nsh) {
  const { heap, groups } = machine.kernel.state;
  return {
    blocks: heap.used.size,
    descriptors: [...groups.values()].map(({ descriptors }) => descriptors.filter((each) => each).length),
  };
}

test.each([
  ['lines of words', grammatical],
  ['bytes', keys],
])('%s', async (_, lines) => {
  const nsh = await Nsh.boot(bare, { config: { CONFIG_SIG_DEFAULT: true } });
  nsh.runAll('mount -t tmpfs /tmp', 'echo echo in > /tmp/a', 'mkdir /tmp/d');
  const ready = nsh.test.machine.checkpoint();
  fc.assert(
    fc.property(fc.array(lines, { minLength: 1, maxLength: 4 }), (typed) => {
      nsh.test.machine.restore(ready);
      nsh.test.console = '';
      nsh.run('echo begin');
      for (const line of typed) nsh.type(`${line}\n`, 100);
      calm(nsh);
      expect(nsh.test.dump?.text, nsh.screen).toBeUndefined();
      expect(nsh.run('echo alive'), nsh.screen).toBe('alive\n');
    }),
    { numRuns: RUNS },
  );
});

test('a line that is executed again and again leaks neither memory nor descriptors', async () => {
  const nsh = await Nsh.boot(bare, { config: { CONFIG_SIG_DEFAULT: true } });
  nsh.runAll('mount -t tmpfs /tmp', 'echo echo in > /tmp/a');
  const harmless = fc
    .array(
      fc.constantFrom(
        ...[
          'ls -l /dev',
          'cat /tmp/a',
          'cat /nix',
          'echo a | cat',
          'echo `echo a`',
          'sh /tmp/a',
          'source /tmp/a',
          'ps',
        ],
        ...['nix', 'nix > /dev/null', 'echo a > /tmp/b', 'cat < /tmp/a', 'hexdump /tmp/a', 'time "cat /tmp/a"', 'free'],
        ...['if true; then echo a; fi', 'while true; do break; done', 'echo "a', 'fi', 'cmp /tmp/a /tmp/a', 'ls nix'],
        ...[
          'cp /tmp/a /tmp/b',
          'cp /tmp/a /nix/b',
          'dd if=/dev/zero of=/dev/null count=2',
          'dd if=/nix',
          'sh -c "nix"',
        ],
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((lines) => lines.join(' || '));
  fc.assert(
    fc.property(harmless, (line) => {
      nsh.runAll('echo a > /tmp/b', line, line);
      const before = inUse(nsh);
      for (let i = 0; i < 4; i++) nsh.run(line);
      expect(inUse(nsh), line).toEqual(before);
    }),
    { numRuns: RUNS },
  );
});
