import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BuildOptions, BuildProgressStep } from './build';
import { isLibrary } from './link-map';
import { readModule } from './wasm-binary';
import { folderWith, root, startToolchain, testOptions, writeFiles, type TestToolchain } from './testing';

let tools: TestToolchain;
beforeAll(async () => {
  tools = await startToolchain();
});
afterAll(() => tools.close());

const build = (folder: string, options: Partial<BuildOptions> = {}) =>
  tools.toolchain.build(folder, { ...testOptions, ...options });

const hello = `#include <nuttx/config.h>
#include <stdio.h>
#include <semaphore.h>
#include <unistd.h>

static sem_t g_ready = SEM_INITIALIZER(0);

int main(int argc, FAR char *argv[])
{
  printf("Hello, World!! %d\\n", argc);
  sem_wait(&g_ready);
  usleep(1000);
  return 0;
}
`;

/** A NuttX application folder as NuttX's own examples are laid out. */
const application = {
  'Make.defs': 'ifneq ($(CONFIG_EXAMPLES_HELLO),)\nCONFIGURED_APPS += $(APPDIR)/examples/hello\nendif\n',
  Makefile: `include $(APPDIR)/Make.defs
PROGNAME = $(CONFIG_EXAMPLES_HELLO_PROGNAME)
PRIORITY = $(CONFIG_EXAMPLES_HELLO_PRIORITY)
STACKSIZE = $(CONFIG_EXAMPLES_HELLO_STACKSIZE)
MODULE = $(CONFIG_EXAMPLES_HELLO)
CSRCS = helper.c
MAINSRC = hello_main.c
include $(APPDIR)/Application.mk
`,
  Kconfig: `config EXAMPLES_HELLO
	tristate "Hello"
	default n
if EXAMPLES_HELLO
config EXAMPLES_HELLO_PROGNAME
	string "Program name"
	default "hello"
config EXAMPLES_HELLO_PRIORITY
	int "Priority"
	default 100
config EXAMPLES_HELLO_STACKSIZE
	int "Stack size"
	default DEFAULT_TASK_STACKSIZE
endif
`,
  'hello_main.c': hello,
  'helper.c': '#include "helper.h"\nint twice(int x)\n{\n  return FACTOR * x;\n}\n',
  'helper.h': '#define FACTOR 2\nint twice(int x);\n',
};

const names = (wasm: Uint8Array) => {
  const { imports, exports } = readModule(wasm);
  return { imports: imports.map(({ module, name }) => `${module}.${name}`), exports: exports.map(({ name }) => name) };
};

test('a NuttX application builds; what the kernel provides is imported, the rest is linked', async () => {
  const { ok, problems, project, firmware } = await build(await folderWith(application));
  expect(problems).toEqual([]);
  expect(ok).toBe(true);
  expect(project!.apps).toEqual([{ name: 'hello', entry: 'hello_main', priority: 100, stackSize: 2048, boot: true }]);
  const { imports, exports } = names(firmware!.wasm);
  expect(imports).toEqual(expect.arrayContaining(['env.sem_wait', 'env.usleep', 'tickscope.fault']));
  expect(imports.filter((name) => name.startsWith('wasi')).sort()).toEqual(['wasi_snapshot_preview1.fd_write']);
  expect(exports).toEqual(
    expect.arrayContaining(['memory', '__indirect_function_table', '__stack_pointer', 'hello_main', '__ts_keep']),
  );
  expect(firmware!.symbols.find(({ name }) => name === 'g_ready')).toMatchObject({ size: 16 });
  expect(firmware!.symbols[0]!.address).toBeGreaterThanOrEqual(0x2000_0000);
  const libraryFunctions = firmware!.functions.filter(isLibrary).map(({ name }) => name);
  expect(libraryFunctions).toContain('vfprintf');
  expect(libraryFunctions).not.toContain('hello_main');
});

test("the module's functions are those of the link map, in its order", async () => {
  const { firmware } = await build(await folderWith({ 'main.c': hello }));
  const info = readModule(firmware!.wasm);
  expect(info.functionNames.slice(info.imports.length)).toEqual(firmware!.functions.map(({ name }) => name));
});

test('a second build of the same contents needs no compiler; another change compiles what it touches', async () => {
  const steps: BuildProgressStep[] = [];
  const record = { onProgress: (step: BuildProgressStep) => steps.push(step) };
  const folder = await folderWith(application);
  const first = await build(folder);
  const again = await build(await folderWith(application), record);
  expect(again.cached).toBe(true);
  expect(steps.map(({ phase }) => phase)).toEqual(['reading']);
  expect(again.firmware!.key).toBe(first.firmware!.key);
  expect(Buffer.from(again.firmware!.wasm).equals(Buffer.from(first.firmware!.wasm))).toBe(true);

  await writeFiles(folder, { 'helper.h': '#define FACTOR 3\nint twice(int x);\n' });
  const changed = await build(folder, record);
  expect(changed.cached).toBe(false);
  expect(changed.firmware!.key).not.toBe(first.firmware!.key);

  const configured = await build(folder, { userConfig: { CONFIG_RR_INTERVAL: 10 } });
  expect(configured.cached).toBe(false);
});

test('damaged cache entries are built again', async () => {
  const folder = await folderWith({ 'main.c': hello });
  const first = await build(folder);
  for (const name of readdirSync(tools.cacheDir)) writeFileSync(join(tools.cacheDir, name), 'damaged');
  const second = await build(folder);
  expect(second).toMatchObject({ ok: true, cached: false });
  expect(second.firmware!.key).toBe(first.firmware!.key);
});

test('a missing include is an error at its place', async () => {
  const { ok, firmware, problems } = await build(await folderWith({ 'main.c': `#include "nosuch.h"\n${hello}` }));
  expect({ ok, firmware }).toEqual({ ok: false, firmware: null });
  expect(problems).toEqual([
    { severity: 'error', message: "'nosuch.h' file not found", source: 'clang', file: 'main.c', line: 1, column: 10 },
  ]);
});

test('warnings come again from the cache', async () => {
  const folder = await folderWith({ 'src/main.c': 'int main(void)\n{\n  int unused;\n  return 0;\n}\n' });
  const warning = { severity: 'warning', source: 'clang', file: 'src/main.c', line: 3, column: 7 };
  expect((await build(folder)).problems).toMatchObject([warning]);
  const again = await build(folder);
  expect(again.cached).toBe(true);
  expect(again.problems).toMatchObject([warning]);
});

test('an unknown symbol names itself and its caller', async () => {
  const source = 'int nosuch(int x);\nint main(void)\n{\n  return nosuch(1);\n}\n';
  const { ok, problems } = await build(await folderWith({ 'main.c': source }));
  expect(ok).toBe(false);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ severity: 'error', source: 'wasm-ld', file: 'main.c' });
  expect(problems[0]!.message).toMatch(/undefined symbol: nosuch, used by main\.c/);
});

test('a function of the API that is not there yet links, with a warning at its use', async () => {
  const source = '#include <sched.h>\nint main(void)\n{\n  return task_restart(3);\n}\n';
  const { ok, problems, firmware } = await build(await folderWith({ 'main.c': source }));
  expect(ok).toBe(true);
  expect(names(firmware!.wasm).imports).toContain('env.task_restart');
  expect(problems).toEqual([
    {
      severity: 'warning',
      message:
        'task_restart is part of the NuttX API but not yet in Tickscope; a call to it stops the board with a crash dump.',
      source: 'tickscope',
      file: 'main.c',
      line: 4,
      column: 10,
    },
  ]);
});

test("what the kernel provides displaces the C library's own", async () => {
  const source = `#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
int main(void)
{
  struct timespec ts;
  char *p = malloc(100);
  clock_gettime(CLOCK_MONOTONIC, &ts);
  sleep(1);
  getline(&p, (size_t *)&ts, stdin);
  free(p);
  exit(3);
}
`;
  const { firmware } = await build(await folderWith({ 'main.c': source }));
  const { imports } = names(firmware!.wasm);
  for (const name of ['malloc', 'realloc', 'free', 'clock_gettime', 'sleep', 'exit'])
    expect(imports).toContain(`env.${name}`);
});

test('data beyond the RAM of the board', async () => {
  const source = 'char g_big[1024 * 1024];\nint main(void)\n{\n  return g_big[17];\n}\n';
  const { problems } = await build(await folderWith({ 'main.c': source }));
  expect(problems[0]!.message).toMatch(
    /^The firmware's data needs 10\d\d KiB of RAM, but the board test has 256 KiB\./,
  );
});

test('an entry that no file defines', async () => {
  const files = {
    'tickscope.json': '{"apps": [{"name": "a", "entry": "a_task"}]}',
    'a.c': 'int b_task(void) { return 0; }',
  };
  const { ok, problems } = await build(await folderWith(files));
  expect(ok).toBe(false);
  expect(problems[0]!.message).toMatch(/a_task/);
});

test('a cancelled build throws what it was cancelled with', async () => {
  const controller = new AbortController();
  const folder = await folderWith({ 'main.c': `/* never seen before */\n${hello}` });
  const cancelled = build(folder, { signal: controller.signal, onProgress: ({ phase }) => phase !== 'reading' || setTimeout(() => controller.abort(new Error('enough')), 20) }); // prettier-ignore
  await expect(cancelled).rejects.toThrow('enough');
  expect((await build(folder)).ok).toBe(true);
});

const headers = readdirSync(join(root, 'kernel/include'), { recursive: true })
  .map((name) => String(name))
  .filter((name) => name.endsWith('.h'));

test('every header of ours compiles alone, twice in a row, and with the C library around it', async () => {
  const around = [
    'stdio.h',
    'stdlib.h',
    'string.h',
    'strings.h',
    'math.h',
    'wchar.h',
    'inttypes.h',
    'ctype.h',
    'locale.h',
  ];
  const files = Object.fromEntries(
    headers.map((header, i) => [
      `h${i}.c`,
      `#include <${header}>\n#include <${header}>\n${around.map((name) => `#include <${name}>\n`).join('')}`,
    ]),
  );
  const { problems } = await build(await folderWith({ ...files, 'main.c': 'int main(void)\n{\n  return 0;\n}\n' }));
  expect(problems).toEqual([]);
});

test("the ways of NuttX's examples compile without a warning", async () => {
  const source = `#include <nuttx/config.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <assert.h>
#include <debug.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include <semaphore.h>
#include <time.h>

static pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
static pthread_once_t g_once = PTHREAD_ONCE_INIT;
static sem_t g_sem = SEM_INITIALIZER(0);

static void once(void)
{
}

static FAR void *worker(FAR void *arg)
{
  UNUSED(arg);
  pthread_mutex_lock(&g_mutex);
  pthread_cond_signal(&g_cond);
  pthread_mutex_unlock(&g_mutex);
  return (pthread_addr_t)OK;
}

static void handler(int signo, FAR siginfo_t *info, FAR void *context)
{
  sem_post(&g_sem);
}

#ifdef CONFIG_BUILD_KERNEL
int main(int argc, FAR char *argv[])
#else
int example_main(int argc, char *argv[])
#endif
{
  struct sigaction act;
  struct mq_attr attr = { .mq_maxmsg = 4, .mq_msgsize = 16 };
  struct timespec ts = { .tv_sec = 1 };
  pthread_attr_t pattr;
  pthread_t thread;
  mqd_t mq;
  int option;

  while ((option = getopt(argc, argv, "v")) != ERROR)
    {
      syslog(LOG_INFO, "option %c %s\\n", option, optarg);
    }

  DEBUGASSERT(argc > 0);
  sinfo("argc %d\\n", argc);
  memset(&act, 0, sizeof(act));
  act.sa_sigaction = handler;
  act.sa_flags = SA_SIGINFO;
  sigemptyset(&act.sa_mask);
  sigaction(SIGUSR1, &act, NULL);
  mq = mq_open("/queue", O_RDWR | O_CREAT, 0666, &attr);
  if (mq == (mqd_t)-1)
    {
      fprintf(stderr, "ERROR: mq_open failed: %d (%s)\\n", errno, strerror(errno));
      return EXIT_FAILURE;
    }

  pthread_once(&g_once, once);
  pthread_attr_init(&pattr);
  pthread_attr_setstacksize(&pattr, PTHREAD_STACK_DEFAULT);
  pthread_create(&thread, &pattr, worker, NULL);
  clock_gettime(CLOCK_REALTIME, &ts);
  sem_timedwait(&g_sem, &ts);
  pthread_join(thread, NULL);
  perror("done");
  return task_create("again", SCHED_PRIORITY_DEFAULT, CONFIG_DEFAULT_TASK_STACKSIZE, example_main, NULL);
}
`;
  const files = { Makefile: 'PROGNAME = example\nMAINSRC = example_main.c\n', 'example_main.c': source };
  const { ok, problems } = await build(await folderWith(files), { userConfig: { CONFIG_DEBUG_ASSERTIONS: true } });
  expect(problems.filter(({ source: who }) => who !== 'tickscope')).toEqual([]);
  expect(ok).toBe(true);
});

const oracle = join(root, '../shared/oracle/src');

test.runIf(existsSync(oracle))('the programs that were run on a real NuttX build unchanged', async () => {
  const config = {
    CONFIG_SCHED_HPWORK: true,
    CONFIG_SCHED_LPWORK: true,
    CONFIG_SCHED_SPORADIC: true,
    CONFIG_PIPES: true,
  };
  const { ok, problems, project } = await build(oracle, { userConfig: config });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(ok).toBe(true);
  expect(project!.apps).toEqual([
    { name: 'oracle', entry: 'oracle_main', priority: 100, stackSize: 16384, boot: true },
  ]);
});
