/** Standard I/O (manual 2.10.5, 2.10.6): each task group has its own streams. */
import { describe, expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';
import { expectCheckpointsHold } from '../checkpoints';

const config = { CONFIG_DEFAULT_TASK_STACKSIZE: 4096 };

const files = `
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/stat.h>

static FILE *g_file;
static FILE *g_other;
static char g_text[300];
static char g_buffer[100];
static char *g_long;
static fpos_t g_position;
static int g_pipe[2];

static int opened(FAR FILE *f)
{
  g_file = f;
  return f ? 0 : -1;
}

static int got(FAR const char *text)
{
  return text && strcmp(text, g_text) == 0;
}

static int says(FAR const char *path, FAR const char *text)
{
  int fd = open(path, O_RDONLY);
  ssize_t size = read(fd, g_text, sizeof(g_text) - 1);

  g_text[size > 0 ? size : 0] = '\\0';
  close(fd);
  return got(text);
}

static int with_list(int (*function)(FAR char *, FAR const char *, va_list), FAR const char *format, ...)
{
  va_list ap;
  int result;

  va_start(ap, format);
  result = function(g_text, format, ap);
  va_end(ap);
  return result;
}

static int formatted(FAR char *s, FAR const char *format, va_list ap)
{
  return vsprintf(s, format, ap);
}

static int to_file(FAR char *s, FAR const char *format, va_list ap)
{
  return vfprintf(g_file, format, ap);
}

static int to_descriptor(FAR char *s, FAR const char *format, va_list ap)
{
  return vdprintf(fileno(g_file), format, ap);
}

static int with_size(FAR char *s, FAR const char *format, va_list ap)
{
  return vsnprintf(s, 4, format, ap);
}

static int allocated(FAR char *s, FAR const char *format, va_list ap)
{
  return vasprintf(&g_long, format, ap);
}

static int number;
static int scanned(FAR char *s, FAR const char *format, va_list ap)
{
  return vsscanf("17 apes", format, ap);
}
`;

describe('streams of files', () => {
  test('fopen, fclose, fread, fwrite, fseek, ftell and their kin', async () => {
    await expectCalls(
      files,
      [
        ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
        ['opened(fopen("/tmp/a", "r"))', 'ENOENT'],
        ['opened(fopen("/tmp/a", "what"))', 'EINVAL'],
        ['opened(fopen("/tmp/a", "w+"))', 0],
        ['fileno(g_file)', 3],
        ['fwrite("0123456789", 2, 5, g_file)', 5],
        ['fputs("line one\\nline", g_file)', 0],
        ['fputc(33, g_file)', 33],
        ['fprintf(g_file, "%s %d\\n", "two", 2)', 6],
        ['ftell(g_file)', 30],
        ['fseek(g_file, -3, SEEK_CUR)', 0],
        ['ftell(g_file)', 27],
        ['fgetc(g_file)', 32],
        ['ungetc(88, g_file)', 88],
        ['fgetc(g_file)', 88],
        ['fgetc(g_file) + fgetc(g_file)', 60],
        ['fgetc(g_file)', -1],
        ['feof(g_file) != 0 && ferror(g_file) == 0', 1],
        ['(clearerr(g_file), feof(g_file))', 0],
        ['fseek(g_file, 0, SEEK_SET)', 0],
        ['fread(g_text, 4, 2, g_file)', 2],
        ['memcmp(g_text, "01234567", 8)', 0],
        ['fgetpos(g_file, &g_position)', 0],
        ['fgets(g_text, 300, g_file) == g_text && got("89line one\\n")', 1],
        ['fsetpos(g_file, &g_position)', 0],
        ['fgets(g_text, 4, g_file) == g_text && got("89l")', 1],
        ['(rewind(g_file), ftell(g_file))', 0],
        ['fseek(g_file, -1000, SEEK_CUR)', 'EINVAL'],
        ['fseek(g_file, 0, SEEK_END) + ftell(g_file)', 30],
        ['fclose(g_file)', 0],
        ['says("/tmp/a", "0123456789line one\\nline!two 2\\n")', 1],
        ['opened(fopen("/tmp/a", "a"))', 0],
        ['fputs("more", g_file) + fclose(g_file)', 0],
        ['opened(fopen("/tmp/a", "wx"))', 'EEXIST'],
        ['opened(fopen("/tmp/a", "r"))', 0],
        ['fputc(65, g_file)', -1],
        ['ferror(g_file) != 0', 1],
        ['fclose(g_file)', 0],
        ['opened(fopen("/tmp/a", "w"))', 0],
        ['fgetc(g_file)', -1],
        ['fclose(g_file)', 0],
        ['says("/tmp/a", "")', 1],
      ],
      { config },
    );
  });

  test('setvbuf, setbuf, fflush, freopen, fdopen, dup2', async () => {
    await expectCalls(
      files,
      [
        ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
        ['opened(fopen("/tmp/a", "w"))', 0],
        ['setvbuf(g_file, NULL, 7, 100)', 'EINVAL'],
        ['setvbuf(g_file, g_buffer, _IOFBF, 0)', 'EINVAL'],
        ['setvbuf(g_file, NULL, _IOFBF, SIZE_MAX)', 'ENOMEM'],
        ['setvbuf(g_file, g_buffer, _IOFBF, 100)', 0],
        ['fputs("a line\\n", g_file) + says("/tmp/a", "")', 1],
        ['setvbuf(g_file, NULL, _IOLBF, 100)', 'EBUSY'],
        ['fflush(g_file) + says("/tmp/a", "a line\\n")', 1],
        ['setvbuf(g_file, NULL, _IOLBF, 100)', 0],
        ['fputs("b", g_file) + says("/tmp/a", "a line\\n")', 1],
        ['fputs("\\nc", g_file) + says("/tmp/a", "a line\\nb\\n")', 1],
        ['fflush(NULL) + says("/tmp/a", "a line\\nb\\nc")', 1],
        ['setvbuf(g_file, NULL, _IONBF, 0)', 0],
        ['fputs("d", g_file) + says("/tmp/a", "a line\\nb\\ncd")', 1],
        ['(setbuf(g_file, g_buffer), fclose(g_file))', 0],
        // A stream keeps its descriptor.
        ['opened(fopen("/tmp/a", "r")) + fgetc(g_file)', 97],
        ['freopen("/tmp/b", "w", g_file) == g_file', 1],
        ['fileno(g_file)', 3],
        ['fputs("to b", g_file) + fclose(g_file) + says("/tmp/b", "to b")', 1],
        ['opened(fopen("/tmp/b", "r+"))', 0],
        ['freopen("/tmp/none", "r", g_file) == NULL', 1],
        ['freopen(NULL, "a", g_file) == g_file', 1],
        ['fputs("!", g_file) + fclose(g_file) + says("/tmp/b", "to b!")', 1],
        // Streams of descriptors.
        ['pipe(g_pipe)', 0],
        ['opened(fdopen(77, "r"))', 'EBADF'],
        ['opened(fdopen(g_pipe[0], "w"))', 'EINVAL'],
        ['opened(fdopen(g_pipe[1], "w"))', 0],
        ['(g_other = fdopen(g_pipe[0], "r")) != NULL', 1],
        ['fputs("through a pipe\\n", g_file)', 0],
        ['fgets(g_text, 300, g_other) == g_text && got("through a pipe\\n")', 1],
        ['fseek(g_file, 0, SEEK_END)', 'ENOSYS'],
        ['fclose(g_file) + fgetc(g_other)', -1],
        ['feof(g_other) != 0', 1],
        ['fclose(g_other)', 0],
        // What stdout writes goes where its descriptor goes.
        ['open("/tmp/c", O_WRONLY | O_CREAT, 0666) + dup2(1, 9)', 12],
        ['(dup2(3, 1), printf("in a file\\n"), dup2(9, 1), says("/tmp/c", "in a file\\n"))', 1],
      ],
      { config },
    );
  });

  test('formatting and scanning', async () => {
    await expectCalls(
      files,
      [
        ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
        ['opened(fopen("/tmp/a", "w+"))', 0],
        ['sprintf(g_text, "%05.1f|%-4s|%#x", 3.14159, "ab", 255) + got("003.1|ab  |0xff")', 16],
        ['snprintf(g_text, 4, "%d", 123456) + got("123")', 7],
        ['asprintf(&g_long, "%s%c", "abc", 100)', 4],
        ['(strcpy(g_text, g_long), free(g_long), got("abcd"))', 1],
        ['with_list(formatted, "%d-%d", 1, 2) + got("1-2")', 4],
        ['with_list(with_size, "%d", 123456) + got("123")', 7],
        ['with_list(allocated, "%d-%d", 3, 4) + strcmp(g_long, "3-4")', 3],
        ['with_list(to_file, "%d\\n", 5) + fflush(g_file)', 2],
        ['with_list(to_descriptor, "%d\\n", 6)', 2],
        ['dprintf(fileno(g_file), "%s\\n", "seven")', 6],
        ['says("/tmp/a", "5\\n6\\nseven\\n")', 1],
        ['sscanf("12 monkeys", "%d %s", &number, g_text) + got("monkeys")', 3],
        ['number', 12],
        ['with_list(scanned, "%d", &number) + number', 18],
        ['(rewind(g_file), fscanf(g_file, "%d %*d %s", &number, g_text)) + number + got("seven")', 8],
        ['dprintf(77, "%d", 1)', 'EBADF'],
        ['sscanf("apes", "%d", &number)', 0],
      ],
      { config },
    );
  });

  test('remove, rename, mktemp, mkstemp, tmpnam, tempnam, tmpfile', async () => {
    await expectCalls(
      files,
      [
        ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
        ['opened(fopen("/tmp/a", "w")) + fclose(g_file)', 0],
        ['rename("/tmp/a", "/tmp/b")', 0],
        ['remove("/tmp/a")', 'ENOENT'],
        ['remove("/tmp/b") + access("/tmp/b", F_OK)', 'ENOENT'],
        ['mkdir("/tmp/folder", 0777) + remove("/tmp/folder")', 0],
        ['access("/tmp/folder", F_OK)', 'ENOENT'],
        ['(strcpy(g_text, "/tmp/nothing"), mktemp(g_text))', 'EINVAL'],
        ['(strcpy(g_text, "/tmp/xyXXXXXX"), mktemp(g_text))', 0],
        ['strncmp(g_text, "/tmp/xy", 7) == 0 && strchr(g_text, 88) != g_text + 7 && strlen(g_text) == 13', 1],
        ['(strcpy(g_text, "/tmp/XXXXXX"), mkstemp(g_text))', 3],
        ['access(g_text, F_OK) + (int)write(3, "z", 1)', 1],
        ['(strcpy(g_text, "/nowhere/XXXXXX"), mkstemp(g_text))', 'ENOENT'],
        ['tmpnam(g_text) == g_text && access(g_text, F_OK) < 0', 1],
        ['strcmp(tmpnam(NULL), g_text) != 0', 1],
        ['strncmp(g_long = tempnam("/tmp", "pre"), "/tmp/pre-", 9)', 0],
        ['(free(g_long), opened(tmpfile()))', 0],
        ['fputs("kept", g_file) + fseek(g_file, 1, SEEK_SET) + fgetc(g_file)', 101],
        ['fclose(g_file)', 0],
      ],
      { config },
    );
  });
});

test('gets, gets_s, getchar, scanf, puts, putchar, perror on a group’s own streams', async () => {
  const firmware = await compile(`
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int list(FAR const char *format, ...)
{
  va_list ap;
  int result;

  va_start(ap, format);
  result = vprintf(format, ap);
  va_end(ap);
  return result;
}

int main(int argc, FAR char *argv[])
{
  char line[20];
  int number;

  puts(gets(line));
  puts(gets_s(line, 5));
  printf("%d\\n", gets_s(line, 1) == NULL);
  printf("%d\\n", scanf("%d", &number) + number);
  printf("%d\\n", getchar());
  putchar('!');
  putchar('\\n');
  list("%s %d\\n", "list", 3);
  errno = ENOENT;
  perror("file");
  perror(NULL);
  return 0;
}
`);
  const machine = firmware.boot();
  machine.machine.type(new TextEncoder().encode('hello\nworld wide\n41\n'));
  machine.finish();
  expect(machine.lines.slice(-9)).toEqual([
    ...['hello', 'worl', '1', '42', '10', '!', 'list 3'],
    ...['file: No such file or directory', 'No such file or directory'],
  ]);
});

test('a line that a task has begun is its own: others print meanwhile', async () => {
  const firmware = await compile(`
#include <stdio.h>
#include <sched.h>
#include <unistd.h>

static int child(int argc, FAR char *argv[])
{
  printf("child line\\n");
  printf("child's rest");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  printf("begun ");
  task_create("child", 100, 4096, child, NULL);
  sleep(1);
  printf("ended\\n");
  return 0;
}
`);
  expect(firmware.run().console).toBe("child line\nchild's restbegun ended\n");
});

/** Each task writes a file of its own line by line, reads it back, and prints what it found; others do so meanwhile. */
const crowd = `
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINES 40

static int worker(int argc, FAR char *argv[])
{
  char path[32];
  char line[80];
  char expected[80];
  int good = 0;
  FILE *f;

  snprintf(path, sizeof(path), "/tmp/%s", argv[1]);
  f = fopen(path, "w+");
  for (int i = 0; i < LINES; i++)
    {
      fprintf(f, "%s writes line %d of many, which is longer than a small buffer is\\n", argv[1], i);
    }

  fflush(NULL);
  rewind(f);
  for (int i = 0; i < LINES; i++)
    {
      snprintf(expected, sizeof(expected), "%s writes line %d of many, which is longer than a small buffer is\\n", argv[1], i);
      good += fgets(line, sizeof(line), f) && strcmp(line, expected) == 0;
    }

  fclose(f);
  printf("%s: %d good", argv[1], good);
  usleep(10000);
  printf(" lines\\n");
  return 0;
}
`;

test('several tasks use streams at once, and each finds what it wrote', async () => {
  const firmware = await compile(
    `${crowd}
int main(int argc, FAR char *argv[])
{
  FAR char *name[] = { "a", NULL };

  mount(NULL, "/tmp", "tmpfs", 0, NULL);
  for (name[0] = "a"; *name[0] < 'f'; )
    {
      static char names[5][2] = { "a", "b", "c", "d", "e" };
      int i = *name[0] - 'a';

      name[0] = names[i];
      task_create("worker", 100, 4096, worker, name);
      name[0] = i < 4 ? names[i + 1] : "f";
    }

  return 0;
}
`,
    { config: { ...config, CONFIG_RR_INTERVAL: 10, CONFIG_USEC_PER_TICK: 100 } },
  );
  const machine = firmware.boot();
  expect(machine.run({ ticks: 200000, idle: true })).toBe('ended');
  expect(machine.dump?.text).toBeUndefined();
  expect([...machine.lines].sort()).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: 40 good lines`));
});

test('threads of a group share a stream, and no line is broken; flockfile keeps several together', async () => {
  const firmware = await compile(
    `
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static FAR void *thread(FAR void *arg)
{
  for (int i = 0; i < 30; i++)
    {
      flockfile(stdout);
      printf("<%s", (FAR const char *)arg);
      usleep(i % 3 * 300);
      printf("%s>", (FAR const char *)arg);
      funlockfile(stdout);
      puts((FAR const char *)arg);
    }

  return NULL;
}

int main(int argc, FAR char *argv[])
{
  static char names[3][2] = { "a", "b", "c" };
  pthread_t threads[3];

  for (int i = 0; i < 3; i++)
    {
      pthread_create(&threads[i], NULL, thread, names[i]);
    }

  printf("%d\\n", ftrylockfile(stderr));
  funlockfile(stderr);
  for (int i = 0; i < 3; i++)
    {
      pthread_join(threads[i], NULL);
    }

  return 0;
}
`,
    { config: { CONFIG_RR_INTERVAL: 10, CONFIG_USEC_PER_TICK: 100, CONFIG_PTHREAD_STACK_DEFAULT: 4096 } },
  );
  const machine = firmware.boot();
  expect(machine.run({ ticks: 200000, idle: true })).toBe('ended');
  const text = machine.console.replace('0\n', '');
  expect(text.length).toBe(3 * 30 * 6);
  // Pairs stay whole, and each puts is a whole line.
  expect(text.replace(/<(\w)\1>/g, '').replace(/\w\n/g, '')).toBe('');
});

test('a task that waits in the middle of a line, reading and writing, does not hold others up', async () => {
  const firmware = await compile(
    `
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Its standard streams are two pipes. */

static int filter(int argc, FAR char *argv[])
{
  char line[100];

  while (fgets(line, sizeof(line), stdin))
    {
      printf("[%.*s]\\n", (int)strlen(line) - 1, line);
    }

  fprintf(stderr, "filter ends\\n");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  int in[2];
  int out[2];
  char line[100];
  FILE *to;
  FILE *from;

  pipe(in);
  pipe(out);
  int saved[2] = { dup(0), dup(1) };
  dup2(in[0], 0);
  dup2(out[1], 1);
  task_create("filter", 110, 4096, filter, NULL);
  dup2(saved[0], 0);
  dup2(saved[1], 1);
  close(out[1]);
  close(in[0]);
  to = fdopen(in[1], "w");
  from = fdopen(out[0], "r");
  for (int i = 0; i < 3; i++)
    {
      fprintf(to, "line %d\\n", i);
      printf("main prints, ");
      fgets(line, sizeof(line), from);
      fputs(line, stdout);
    }

  fclose(to);
  return 0;
}
`,
    { config },
  );
  const { lines, dump } = firmware.run();
  expect(dump?.text).toBeUndefined();
  expect(lines).toEqual(['main prints, [line 0]', 'main prints, [line 1]', 'main prints, [line 2]']);
});

test('what a task has open goes with it, printed or not', async () => {
  const firmware = await compile(
    `
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

static int child(int argc, FAR char *argv[])
{
  for (int i = 0; i < 4; i++)
    {
      FILE *f = fopen("/tmp/x", "a");
      setvbuf(f, NULL, _IOFBF, 300);
      fprintf(f, "%d\\n", i);
    }

  if (argc > 1)
    {
      _exit(0);
    }

  return 0;
}

int main(int argc, FAR char *argv[])
{
  FAR char *args[] = { "now", NULL };
  FILE *f;
  int used;
  int c;

  mount(NULL, "/tmp", "tmpfs", 0, NULL);
  f = fopen("/tmp/x", "w+");
  printf("before\\n");
  used = mallinfo().uordblks;
  task_create("child", 101, 4096, child, args);
  printf("%d\\n", mallinfo().uordblks - used);
  task_create("child", 101, 4096, child, NULL);
  while ((c = fgetc(f)) != EOF)
    {
      putchar(c);
    }

  return 0;
}
`,
    { config },
  );
  const { lines, dump } = firmware.run();
  expect(dump?.text).toBeUndefined();
  expect(lines).toEqual(['before', '0', '3', '2', '1', '0']);
});

test('getopt, getopt_long: each task has its own place in its command line', async () => {
  const firmware = await compile(
    `
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

static int parse(int argc, FAR char *argv[])
{
  int option;

  while ((option = getopt(argc, argv, ":ab:c::")) != -1)
    {
      printf("%s %c %s\\n", argv[0], option, optarg ? optarg : "-");
      usleep(20000);
    }

  printf("%s rest %s\\n", argv[0], argv[optind]);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  FAR char *one[] = { "-a", "-bvalue", "-c", "rest1", NULL };
  FAR char *two[] = { "-ab", "other", "-x", "-cd", "--", "-a", NULL };
  FAR char *three[] = { "main", "--verbose", "--size=7", "--na", "me", "-q", "end", NULL };
  static const struct option options[] =
  {
    { "verbose", no_argument, NULL, 'v' },
    { "size", required_argument, NULL, 's' },
    { "name", required_argument, NULL, 'n' },
    { NULL, 0, NULL, 0 },
  };

  task_create("one", 100, 4096, parse, one);
  task_create("two", 100, 4096, parse, two);
  sleep(1);
  for (int option, index = -1; (option = getopt_long(7, three, "q", options, &index)) != -1; )
    {
      printf("%c %d %s\\n", option, index, optarg ? optarg : "-");
    }

  printf("%s\\n", three[optind]);
  optind = 0;
  printf("%c", getopt(3, two, "ab:") == -1 ? 'n' : 'y');
  printf("%c", getopt_long_only(7, three, "", options, NULL));
  printf("\\n");
  return 0;
}
`,
    { config },
  );
  const { lines, dump } = firmware.run();
  expect(dump?.text).toBeUndefined();
  const of = (name: string) => lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(4));
  expect(of('one')).toEqual(['a -', 'b value', 'c -', 'rest rest1']);
  expect(of('two')).toEqual(['a -', 'b other', '? -', 'c d', 'rest -a']);
  expect(lines.slice(-6)).toEqual(['v 0 -', 's 1 7', 'n 2 me', 'q 2 -', 'end', 'nv']);
});

test('on a board whose console takes time a task, a watchdog and the system log print, and exit waits for the rest', async () => {
  const firmware = await compile(
    `
#include <nuttx/wdog.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

static struct wdog_s g_wdog;

static void bark(wdparm_t arg)
{
  printf("barks at interrupt level\\n");
}

int main(int argc, FAR char *argv[])
{
  syslog(LOG_INFO, "logged\\n");
  wd_start(&g_wdog, 1, bark, 0);
  usleep(100000);
  for (int i = 0; i < 20; i++)
    {
      printf("line %d of many, more than the transmitter holds\\n", i);
    }

  printf("the rest");
  return 0;
}
`,
    { board: 'micro' },
  );
  const machine = firmware.boot();
  machine.run({ ticks: 1000, beyondEnd: true });
  expect(machine.dump?.text).toBeUndefined();
  const lines = machine.console.split(/\r?\n/);
  expect(lines.slice(0, 3)).toEqual(['logged', 'barks at interrupt level', expect.stringMatching(/^line 0 of many/)]);
  expect(lines.length).toBe(23);
  expect(lines.at(-1)).toBe('the rest');
});

test('any position of a run: going back gives what was', async () => {
  const firmware = await compile(
    `${crowd}
int main(int argc, FAR char *argv[])
{
  FAR char *one[] = { "one", NULL };
  FAR char *two[] = { "two", NULL };

  mount(NULL, "/tmp", "tmpfs", 0, NULL);
  task_create("worker", 100, 4096, worker, one);
  task_create("worker", 100, 4096, worker, two);
  return 0;
}
`,
    { config: { ...config, CONFIG_RR_INTERVAL: 10, CONFIG_USEC_PER_TICK: 200 } },
  );
  const lines = expectCheckpointsHold(firmware.boot(), 20);
  expect([...lines].sort()).toEqual(['one: 40 good lines', 'two: 40 good lines']);
});
