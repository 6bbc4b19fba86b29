import { expect, test } from 'vitest';
import { configRecord } from '../../../kernel/config';
import type { Snapshot } from '../../contract/target';
import { compile } from '../../testing/firmware';
import { Session } from '../session';

test('who waits for a pipe, a FIFO or any of several descriptors says for what', async () => {
  const { project, linked } = await compile(`#include <nuttx/config.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

static int g_fds[2];
static int g_full[2];
static char g_data[1025];

static int reads(int argc, char *argv[])
{
  return read(g_fds[0], g_data, 1);
}

static int writes(int argc, char *argv[])
{
  return write(g_full[1], g_data, sizeof(g_data));
}

static int opens(int argc, char *argv[])
{
  return open("/dev/fifo", O_RDONLY);
}

static int polls(int argc, char *argv[])
{
  struct pollfd fds[] = { { .fd = g_fds[0], .events = POLLIN }, { .fd = -1 }, { .fd = 0, .events = POLLIN } };
  return poll(fds, 3, 100);
}

static int passes(int argc, char *argv[])
{
  return poll(NULL, 0, 100);
}

int main(int argc, char *argv[])
{
  pipe(g_fds);
  pipe(g_full);
  mkfifo("/dev/fifo", 0666);
  task_create("reads", 110, 2048, reads, NULL);
  task_create("writes", 110, 2048, writes, NULL);
  task_create("opens", 110, 2048, opens, NULL);
  task_create("polls", 110, 2048, polls, NULL);
  task_create("passes", 110, 2048, passes, NULL);
  pause();
  return 0;
}
`);
  let snapshot: Snapshot | undefined;
  const session = new Session(({ event, payload }) => {
    if (event === 'snapshot') snapshot = payload;
  });
  session.load({
    linked,
    board: project.board.name,
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, args: [] })),
    seed: 1,
  });
  session.step('tick', false);
  session.step('tick', false);
  const waits = (name: string) => snapshot!.tasks.find((task) => task.name === name)!.waitsFor;
  expect(waits('reads')!.kind).toBe('pipe');
  expect(waits('reads')!.label).toMatch(/^data in pipe 0x/);
  expect(waits('writes')!.label).toMatch(/^room in pipe 0x/);
  expect(waits('opens')).toMatchObject({ kind: 'pipe', label: 'other end of /dev/fifo', untilNs: null });
  expect(waits('polls')).toMatchObject({ kind: 'poll', label: 'descriptors 4, 0' });
  expect(waits('polls')!.untilNs).toBeGreaterThan(0);
  expect(waits('passes')).toMatchObject({ kind: 'poll', label: 'time' });
  // The kernel's own semaphores are none of the firmware's.
  expect(snapshot!.sync).toEqual([]);
});
