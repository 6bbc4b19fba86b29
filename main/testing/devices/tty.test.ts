import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile, type TestMachine } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>

static int g_fd;
static int g_other;
static int g_value;
static char g_buffer[1024];
static struct termios g_termios;
static struct winsize g_window;
static struct serial_icounter_s g_counts;
static uint64_t g_start;

static int attribute(tcflag_t lflag, int least, int time)
{
  tcgetattr(g_fd, &g_termios);
  g_termios.c_lflag = lflag;
  g_termios.c_cc[VMIN] = least;
  g_termios.c_cc[VTIME] = time;
  return tcsetattr(g_fd, TCSANOW, &g_termios);
}

static int ask(int request)
{
  g_value = -1;
  return ioctl(g_fd, request, &g_value) < 0 ? -1 : g_value;
}

static void begin(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  g_start = now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int us(void)
{
  uint64_t before = g_start;
  begin();
  return (g_start - before) / 1000;
}

static int poll_one(int events)
{
  struct pollfd one = { .fd = g_fd, .events = events };
  return poll(&one, 1, 0) < 0 ? -1 : one.revents;
}
`;

test('tcgetattr, tcsetattr, cfsetspeed, cfgetspeed, cfmakeraw, isatty and their errors', () =>
  expectCalls(
    setup,
    [
      ['(g_fd = open("/dev/ttyS1", O_RDWR | O_NONBLOCK)) > 0', 1],
      ['(g_other = open("/dev/userleds", O_WRONLY)) > 0', 1],
      ['isatty(0) + isatty(g_fd)', 2],
      ['isatty(g_other) == 0 && errno == ENOTTY', 1],
      ['tcgetattr(99, &g_termios)', 'EBADF'],
      ['tcgetattr(g_other, &g_termios)', 'ENOTTY'],
      ['tcgetattr(g_fd, NULL)', 'EINVAL'],
      ['tcgetattr(0, &g_termios)', 0],
      ['g_termios.c_lflag == (ISIG | ICANON | ECHO) && g_termios.c_iflag == ICRNL', 1],
      ['g_termios.c_oflag == (OPOST | ONLCR) && g_termios.c_cflag == (CS8 | CREAD)', 1],
      ['cfgetispeed(&g_termios)', 115200],
      ['g_termios.c_cc[VINTR] + 256 * g_termios.c_cc[VEOF]', 3 + 256 * 4],
      ['tcgetattr(g_fd, &g_termios)', 0],
      ['g_termios.c_lflag | g_termios.c_iflag | g_termios.c_oflag', 0],
      ['cfsetspeed(&g_termios, B9600)', 0],
      ['cfgetospeed(&g_termios)', 9600],
      ['cfsetospeed(&g_termios, 31250)', 0],
      ['tcsetattr(g_fd, TCSANOW, &g_termios)', 0],
      ['tcgetattr(g_fd, &g_termios) + cfgetspeed(&g_termios)', 31250],
      ['tcsetattr(g_fd, 3, &g_termios)', 'EINVAL'],
      ['tcsetattr(g_fd, TCSANOW, NULL)', 'EINVAL'],
      ['cfsetspeed(&g_termios, 0) + tcsetattr(g_fd, TCSANOW, &g_termios)', 'EINVAL'],
      ['cfsetspeed(&g_termios, B4000000) + cfgetspeed(&g_termios)', 4_000_000],
      ['(g_termios.c_lflag = ICANON | ECHO | ISIG, cfmakeraw(&g_termios), g_termios.c_lflag)', 0],
      ['tcdrain(99)', 'EBADF'],
      ['tcdrain(g_other)', 'ENOTTY'],
      ['tcflow(g_fd, 4)', 'EINVAL'],
      ['tcflow(g_other, TCOON)', 'ENOTTY'],
      ['tcflush(g_fd, 3)', 'EINVAL'],
      ['tcflush(g_other, TCIFLUSH)', 'ENOTTY'],
      ['tcsendbreak(g_other, 0)', 'ENOTTY'],
      ['tcsendbreak(g_fd, 1)', 0],
    ],
    controller,
  ));

test('writing to a UART: room, O_NONBLOCK, poll, tcdrain, tcflush, tcflow, TCSADRAIN', () =>
  expectCalls(
    setup,
    [
      ['(g_fd = open("/dev/ttyS1", O_RDWR | O_NONBLOCK)) > 0', 1],
      ['ask(FIONSPACE)', 256],
      ['poll_one(POLLIN | POLLOUT) == POLLOUT', 1],
      // Sixteen in the UART's own queue, and one on the line.
      ['write(g_fd, g_buffer, 1024)', 256 + 17],
      ['write(g_fd, g_buffer, 1024)', 'EAGAIN'],
      ['poll_one(POLLIN | POLLOUT)', 0],
      ['ask(FIONWRITE)', 256],
      ['ask(FIONSPACE)', 0],
      ['ask(TIOCOUTQ)', 256],
      ['(begin(), tcdrain(g_fd))', 0],
      // 273 bytes of 86.8 us, of which a part has passed.
      ['(g_value = us()) > 22000 && g_value < 23800', 1],
      ['ask(FIONWRITE)', 0],
      ['tcdrain(g_fd)', 0],
      ['ioctl(g_fd, TCDRN)', 0],
      ['fcntl(g_fd, F_SETFL, O_RDWR)', 0],
      ['(begin(), write(g_fd, g_buffer, 1024))', 1024],
      ['(g_value = us()) > 64000 && g_value < 66000', 1],
      ['tcflush(g_fd, TCOFLUSH)', 0],
      ['ask(FIONWRITE)', 0],
      // What the UART has taken is sent all the same.
      ['(begin(), tcdrain(g_fd))', 0],
      ['(g_value = us()) > 1000 && g_value < 1500', 1],
      ['tcflow(g_fd, TCOOFF)', 0],
      ['write(g_fd, g_buffer, 10)', 10],
      ['(usleep(20000), ask(FIONWRITE))', 10],
      ['tcflow(g_fd, TCOON)', 0],
      ['ask(FIONWRITE)', 0],
      ['write(g_fd, g_buffer, 100)', 100],
      ['tcgetattr(g_fd, &g_termios) + cfsetspeed(&g_termios, 9600)', 0],
      ['(begin(), tcsetattr(g_fd, TCSADRAIN, &g_termios))', 0],
      ['(g_value = us()) > 8000 && g_value < 9700', 1],
      ['(write(g_fd, g_buffer, 10), begin(), ioctl(g_fd, TCSETSF, &g_termios))', 0],
      ['(g_value = us()) > 10300 && g_value < 10500', 1],
      ['(begin(), tcsendbreak(g_fd, 5) + tcdrain(g_fd))', 0],
      ['(g_value = us()) > 4900 && g_value < 5100', 1],
      ['ioctl(g_fd, TIOCGICOUNT, &g_counts)', 0],
      ['g_counts.rx + g_counts.frame', 0],
      ['g_counts.tx > 1100 && g_counts.tx < 1200', 1],
    ],
    controller,
  ));

test('the window, the controlling task, and what is no request of terminals', () =>
  expectCalls(
    setup,
    [
      ['ioctl(0, TIOCGWINSZ, &g_window)', 0],
      ['g_window.ws_row * 1000 + g_window.ws_col', 24_080],
      ['(g_window.ws_row = 50, ioctl(0, TIOCSWINSZ, &g_window))', 0],
      ['(g_window.ws_row = 0, ioctl(0, TIOCGWINSZ, &g_window) + g_window.ws_row)', 50],
      ['ioctl(0, TIOCGWINSZ, NULL)', 'EINVAL'],
      ['ioctl(0, TIOCSCTTY, getpid())', 0],
      ['ioctl(0, TIOCNOTTY)', 0],
      ['ioctl(0, 0x1d01, &g_value)', 'ENOTTY'],
      ['ioctl(99, TCGETS, &g_termios)', 'EBADF'],
      ['ioctl(0, TCFLSH, 7)', 'EINVAL'],
    ],
    controller,
  ));

const reader = `${setup}
static int g_signals;

static void caught(int signo)
{
  g_signals++;
}
`;

/** A firmware that reads the console as `before` sets it, and prints what each read gives. */
async function reads(before: string, length = 16, board = 'controller'): Promise<TestMachine> {
  return (
    await compile(
      `#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
${reader}
int main(int argc, char *argv[])
{
  signal(SIGINT, caught);
  ${before}
  for (;;)
    {
      begin();
      int size = read(g_fd, g_buffer, ${length});
      int took = us() / 1000;
      printf("<%d:%.*s:%d:%d>\\n", size, size > 0 ? size : 0, g_buffer, g_signals, took);
      fflush(stdout);
      if (size > 0 && g_buffer[size - 1] == '.') return 0;
    }
}
`,
      { board },
    )
  ).boot();
}

/** Types, and gives what was written since the last time, newlines as they are on the line. */
function type(machine: TestMachine, text: string, ticks = 20): string {
  const { length } = machine.console;
  machine.machine.type(new TextEncoder().encode(text));
  machine.run({ ticks: machine.machine.ticks + ticks });
  return machine.console.slice(length);
}

test.each(['sim', 'controller'])('lines on %s: echo, erase, kill, end of file', async (board) => {
  const machine = await reads('', 8, board);
  const newline = board === 'sim' ? '\n' : '\r\n';
  const typed = (text: string) => type(machine, text).replace(/\d+>/g, '>').replaceAll(newline, '\n');
  machine.run({ ticks: 2 });
  expect(typed('ab')).toBe('ab');
  expect(typed('\x7fc\r')).toBe('\b \bc\n<3:ac\n:0:>\n');
  expect(typed('\b\x7fxyz\x15q\n')).toBe('xyz\b \b\b \b\b \bq\n<2:q\n:0:>\n');
  expect(typed('\x04')).toBe('<0::0:>\n');
  expect(typed('ab\x04')).toBe('ab<2:ab:0:>\n');
  // More than one reader takes, and more than one line.
  expect(typed('0123456789\rz\r')).toBe('0123456789\nz\n<8:01234567:0:>\n<3:89\n:0:>\n<2:z\n:0:>\n');
  // No signal without a controlling task, and control characters are no part of a line.
  expect(typed('a\x03b\r')).toBe('ab\n<3:ab\n:0:>\n');
});

test('^C sends SIGINT to the controlling task, and what was typed is gone', async () => {
  const machine = await reads('ioctl(0, TIOCSCTTY, getpid());');
  machine.run({ ticks: 2 });
  expect(type(machine, 'abc\x03')).toMatch(/^abc<-1::1:\d+>\r\n$/);
  expect(type(machine, 'd\r')).toMatch(/^d\r\n<2:d\r\n:1:\d+>\r\n$/);
});

test('bytes as they come: VMIN and VTIME, O_NONBLOCK, mapping of CR and NL', async () => {
  const one = await reads('attribute(0, 1, 0);');
  one.run({ ticks: 2 });
  expect(type(one, 'a')).toMatch(/^<1:a:0/);
  expect(type(one, '\r')).toMatch(/^<1:\r\n:0/);

  // Eight come with the first interrupt.
  const four = await reads('attribute(ECHO, 4, 0);');
  four.run({ ticks: 2 });
  expect(type(four, 'abc')).toBe('abc');
  expect(type(four, 'd\x01')).toContain('d<5:abcd\x01:0');

  const timed = await reads('attribute(0, 0, 2);');
  timed.run({ ticks: 1 });
  expect(type(timed, '', 23)).toMatch(/^<0::0:2\d\d>/);
  expect(type(timed, 'x', 2)).toMatch(/^<1:x:0:/);

  const between = await reads('attribute(0, 4, 2);');
  between.run({ ticks: 50 });
  expect(type(between, 'xy', 10)).toBe('');
  expect(type(between, '', 20)).toMatch(/^<2:xy:0:/);

  const never = await reads(
    'attribute(0, 0, 0); printf("%d\\n", (int)read(0, g_buffer, 9)); attribute(0, 1, 0); fcntl(0, F_SETFL, O_RDWR | O_NONBLOCK); printf("%d %d\\n", (int)read(0, g_buffer, 9), errno == EAGAIN); fcntl(0, F_SETFL, O_RDWR);',
  );
  never.run({ ticks: 10 });
  expect(never.console).toBe('0\r\n-1 1\r\n');

  const mapped = await reads(
    'attribute(0, 1, 0); g_termios.c_iflag = INLCR | IGNCR | ISTRIP; tcsetattr(0, TCSANOW, &g_termios);',
  );
  mapped.run({ ticks: 2 });
  expect(type(mapped, '\ra\nb')).toMatch(/^<3:a\rb:0/);
});

test('^S and ^Q stop and restart what is written', async () => {
  const machine = (
    await compile(
      `#include <stdio.h>
#include <termios.h>
#include <unistd.h>
int main(int argc, char *argv[])
{
  struct termios t;
  tcgetattr(0, &t);
  t.c_iflag |= IXON;
  tcsetattr(0, TCSANOW, &t);
  for (int i = 0; ; i++)
    {
      printf("%d\\n", i);
      usleep(10000);
    }
}
`,
      controller,
    )
  ).boot();
  machine.run({ ticks: 20 });
  expect(type(machine, '\x13', 1)).not.toBe('');
  expect(type(machine, '', 10)).toBe('');
  expect(type(machine, '\x11', 3).split('\r\n').length).toBeGreaterThan(5);
});

test('several tasks write at once: nobody breaks into what another writes', async () => {
  const machine = (
    await compile(
      `#include <pthread.h>
#include <string.h>
#include <unistd.h>
static void *writer(void *arg)
{
  char text[401];
  memset(text, (int)(long)arg, 400);
  text[400] = '\\n';
  for (int i = 0; i < 3; i++) write(1, text, 401);
  return NULL;
}
int main(int argc, char *argv[])
{
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, writer, (void *)(long)('a' + i));
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  return 0;
}
`,
      controller,
    )
  ).run();
  expect(machine.lines.map((line) => line.trimEnd())).toHaveLength(9);
  for (const line of machine.lines) expect(line.trimEnd()).toMatch(/^(a{400}|b{400}|c{400})$/);
});

test('a board is not at its end before its last byte has left', async () => {
  const machine = (
    await compile('#include <stdio.h>\nint main(void) { printf("good bye\\n"); return 0; }\n', { board: 'micro' })
  ).boot();
  expect(machine.finish()).toBe('ended');
  expect(machine.console).toBe('good bye\r\n');
  expect(machine.machine.timeNs).toBeGreaterThan(10 * 86_000);
});

test('checkpoints hold in the middle of bytes both ways', async () => {
  const machine = await reads('attribute(ECHO, 3, 0);');
  machine.run({ ticks: 2 });
  machine.machine.type(new TextEncoder().encode('The quick brown fox jumps over the lazy dog.'));
  expectCheckpointsHold(machine);
});
