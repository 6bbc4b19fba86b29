import { expect, test } from 'vitest';
import { readProject, type Board } from './project';
import { folderWith, testBoard, testOptions } from './testing';

const read = async (files: Record<string, string>) => readProject(await folderWith(files), testOptions);
const main = 'int main(int argc, char *argv[])\n{\n  return 0;\n}\n';

test('a folder with one main is one app that starts at boot', async () => {
  const { project, problems } = await read({ 'main.c': main, 'lib/util.c': '', 'lib/util.h': '', 'notes.txt': '' });
  expect(problems).toEqual([]);
  expect(project!.apps).toEqual([{ name: 'main', entry: 'main_main', priority: 100, stackSize: 2048, boot: true }]);
  expect(project!.sources).toEqual([
    { file: 'lib/util.c', flags: [] },
    { file: 'main.c', flags: ['-Dmain=main_main'] },
  ]);
  expect(project!.files).toEqual(['lib/util.c', 'lib/util.h', 'main.c']);
});

test('a NuttX application folder: names, priority, stack and sources come from its Makefile and Kconfig', async () => {
  const { project, problems } = await read({
    Makefile: `include $(APPDIR)/Make.defs
PROGNAME  = $(CONFIG_EXAMPLES_PING_PROGNAME)
PRIORITY  = $(CONFIG_EXAMPLES_PING_PRIORITY)
STACKSIZE = $(CONFIG_EXAMPLES_PING_STACKSIZE)
MODULE    = $(CONFIG_EXAMPLES_PING)
CSRCS = common.c
ifeq ($(CONFIG_EXAMPLES_PING_EXTRA),y)
CSRCS += extra.c
endif
MAINSRC = ping_main.c
include $(APPDIR)/Application.mk
`,
    Kconfig: `config EXAMPLES_PING
	tristate "Ping"
	default n
config EXAMPLES_PING_PROGNAME
	string "Name"
	default "ping"
config EXAMPLES_PING_PRIORITY
	int "Priority"
	default 120
config EXAMPLES_PING_STACKSIZE
	int "Stack"
	default 4096
config EXAMPLES_PING_EXTRA
	bool "Extra"
	default n
`,
    'ping_main.c': main,
    'common.c': '',
    'extra.c': '',
    'not_listed.c': main,
  });
  expect(problems).toEqual([]);
  expect(project!.apps).toEqual([{ name: 'ping', entry: 'ping_main', priority: 120, stackSize: 4096, boot: true }]);
  expect(project!.sources.map(({ file }) => file)).toEqual(['ping_main.c', 'common.c']);
  expect(project!.config.find(({ name }) => name === 'CONFIG_EXAMPLES_PING_PRIORITY')).toMatchObject({
    value: 120,
    setBy: 'kconfig',
  });
});

test('a Makefile with several programs lists them in parallel', async () => {
  const { project } = await read({
    Makefile: `PROGNAME = first second
PRIORITY = 90 SCHED_PRIORITY_DEFAULT
STACKSIZE = $(CONFIG_DEFAULT_TASK_STACKSIZE)
MAINSRC = a.c b.c
`,
    'a.c': main,
    'b.c': main,
  });
  expect(project!.apps).toMatchObject([
    { name: 'first', entry: 'first_main', priority: 90, stackSize: 2048, boot: true },
    { name: 'second', entry: 'second_main', priority: 100, stackSize: 2048, boot: false },
  ]);
  expect(project!.sources).toEqual([
    { file: 'a.c', flags: ['-Dmain=first_main'] },
    { file: 'b.c', flags: ['-Dmain=second_main'] },
  ]);
});

test('tickscope.json says which apps there are, and overrides the configuration', async () => {
  const { project } = await read({
    'tickscope.json': JSON.stringify({
      config: { CONFIG_RR_INTERVAL: 50 },
      apps: [
        { name: 'ping', entry: 'ping_task', boot: true },
        { name: 'pong', main: 'pong.c', priority: 90, stackSize: 1024 },
      ],
    }),
    'ping.c': 'int ping_task(int argc, char **argv) { return 0; }',
    'pong.c': main,
  });
  expect(project!.apps).toEqual([
    { name: 'ping', entry: 'ping_task', priority: 100, stackSize: 2048, boot: true },
    { name: 'pong', entry: 'pong_main', priority: 90, stackSize: 1024, boot: false },
  ]);
  expect(project!.sources[1]).toEqual({ file: 'pong.c', flags: ['-Dmain=pong_main'] });
  expect(project!.config.find(({ name }) => name === 'CONFIG_RR_INTERVAL')).toMatchObject({
    value: 50,
    setBy: 'project',
  });
});

test('an app may boot on one of the boards that run together, and only where there is such a board', async () => {
  const files = {
    'tickscope.json': JSON.stringify({
      board: 'pair',
      apps: [
        { name: 'ping', on: 'one' },
        { name: 'both', entry: 'x' },
      ],
    }),
    'ping.c': main,
  };
  const readFor = async (board: Board) => readProject(await folderWith(files), { ...testOptions, board: () => board });
  const bench = (...names: string[]) => ({
    boards: names.map((name) => ({ name, title: name })),
    links: [],
    network: { switches: [], links: [] },
  });
  const pair: Board = { ...testBoard, bench: bench('one', 'two') };
  const { project } = await readFor(pair);
  expect(project!.apps).toMatchObject([
    { name: 'ping', boot: true, on: 'one' },
    { name: 'both', boot: false },
  ]);
  const problem = async (board: Board) => (await readFor(board)).problems[0]!.message;
  expect(await problem({ ...pair, bench: bench('left', 'right') })).toMatch(
    /The app "ping" boots on "one", but the project's board is "\w+", whose boards are left and right\./,
  );
  expect(await problem(testBoard)).toMatch(/which is one alone\.$/);
});

test.each([
  ['no C files', { 'readme.txt': '' }, /has no C files\. A project is a folder with C files/],
  ['no main', { 'a.c': '// int main(void) {' }, /No C file defines main\. Add an int main/],
  ['several mains', { 'a.c': main, 'b.c': main }, /Several files define main: a\.c, b\.c\. Say in tickscope\.json/],
  ['a missing source', { Makefile: 'MAINSRC = a.c\nCSRCS = gone.c\n', 'a.c': main }, /lists gone\.c in CSRCS/],
  [
    'an unknown board',
    { 'tickscope.json': '{"board": "moon"}', 'a.c': main },
    /the board "moon", which does not exist/,
  ],
  ['a broken tickscope.json', { 'tickscope.json': '{', 'a.c': main }, /Not valid JSON/],
])('%s', async (_, files, message) => {
  const { project, problems } = await read(files);
  expect(project).toBeNull();
  expect(problems.map(({ severity }) => severity)).toContain('error');
  expect(problems[0]!.message).toMatch(message);
});

test('a folder that is not there', async () => {
  const { problems } = await readProject('/no/such/folder', testOptions);
  expect(problems[0]!.message).toBe('There is no folder /no/such/folder.');
});

test('the fingerprint changes with the files', async () => {
  const fingerprint = async (files: Record<string, string>) => (await read(files)).project!.fingerprint;
  const first = await fingerprint({ 'main.c': main });
  expect(await fingerprint({ 'main.c': main })).toBe(first);
  expect(await fingerprint({ 'main.c': `${main}\n` })).not.toBe(first);
  expect(await fingerprint({ 'main.c': main, 'app.h': '' })).not.toBe(first);
});
