/** What the kernel says of itself in /proc, as the consoles of real NuttX show it. */
import { expect, test } from 'vitest';
import { compile } from '../firmware';

/** Prints files, and lists folders. */
const tools = `
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void cat(FAR const char *path)
{
  char line[80];
  FILE *f = fopen(path, "r");

  printf("%s:\\n", path);
  while (f && fgets(line, sizeof(line), f))
    {
      fputs(line, stdout);
    }

  if (f)
    {
      fclose(f);
    }
  else
    {
      printf("errno %d\\n", errno);
    }
}

static void list(FAR const char *path)
{
  DIR *dir = opendir(path);
  FAR struct dirent *entry;

  printf("%s:", path);
  while ((entry = readdir(dir)) != NULL)
    {
      printf(" %s%s", entry->d_name, entry->d_type == DTYPE_DIRECTORY ? "/" : "");
    }

  printf("\\n");
  closedir(dir);
}
`;

/** What each file said: its lines by its path. */
function sections(lines: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let current: string[] = [];
  for (const line of lines) {
    const path = /^(\/proc.*):$/.exec(line)?.[1];
    if (path) found[path] = current = [];
    else current.push(line);
  }
  return found;
}

test('tasks: status, cmdline, stack, loadavg and their group', async () => {
  const firmware = await compile(
    `${tools}
static FAR void *thread(FAR void *arg)
{
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, 33);
  sigprocmask(SIG_BLOCK, &set, NULL);
  pause();
  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_t id;

  pthread_create(&id, NULL, thread, (FAR void *)0x1234);
  usleep(50000);
  open("/proc/self/cmdline", O_RDONLY);
  list("/proc");
  list("/proc/self");
  list("/proc/self/group");
  cat("/proc/0/status");
  cat("/proc/1/status");
  cat("/proc/2/status");
  cat("/proc/3/status");
  cat("/proc/1/cmdline");
  cat("/proc/2/cmdline");
  cat("/proc/3/cmdline");
  cat("/proc/self/stack");
  cat("/proc/self/loadavg");
  printf("\\n");
  cat("/proc/self/group/status");
  cat("/proc/3/group/fd");
  cat("/proc/9/status");
  cat("/proc/self/nothing");
  printf("%d %d\\n", open("/proc/self/status", O_RDWR), errno == EROFS);
  return 0;
}
`,
    { config: { CONFIG_SCHED_HPWORK: true, CONFIG_SCHED_HAVE_PARENT: true, CONFIG_DEFAULT_TASK_STACKSIZE: 4096 } },
  );
  const machine = firmware.boot(['one', 'two']);
  machine.finish();
  expect(machine.dump?.text).toBeUndefined();
  const { lines } = machine;
  expect(lines.slice(0, 3)).toEqual([
    '/proc: 0/ 1/ 2/ 3/ cpuinfo cpuload fs/ meminfo net/ self/ uptime version',
    '/proc/self: status cmdline loadavg stack group/',
    '/proc/self/group: status fd env',
  ]);
  const found = sections(lines.slice(3));
  expect(found['/proc/0/status']).toEqual([
    'Name:       Idle_Task',
    'Type:       Kthread',
    'Group:      0',
    'State:      Ready',
    'Flags:      -',
    'Priority:   0 (0)',
    'Scheduler:  SCHED_FIFO',
    'SigMask:    0000000000000000',
  ]);
  expect(found['/proc/1/status']).toEqual([
    'Name:       hpwork',
    'Type:       Kthread',
    'Group:      0',
    'State:      Waiting,Semaphore',
    'Flags:      -',
    'Priority:   224 (224)',
    'Scheduler:  SCHED_RR',
    'SigMask:    0000000000000000',
  ]);
  expect(found['/proc/2/status']).toEqual([
    'Name:       main',
    'Type:       Task',
    'Group:      2',
    'State:      Running',
    'Flags:      -',
    'Priority:   100 (100)',
    'Scheduler:  SCHED_RR',
    'SigMask:    0000000000000000',
  ]);
  expect(found['/proc/3/status']).toEqual([
    'Name:       main',
    'Type:       pthread',
    'Group:      2',
    'State:      Waiting,Signal',
    'Flags:      -',
    'Priority:   100 (100)',
    'Scheduler:  SCHED_RR',
    'SigMask:    0000000200000400',
  ]);
  expect(found['/proc/1/cmdline']).toEqual(['hpwork']);
  expect(found['/proc/2/cmdline']).toEqual(['main one two']);
  expect(found['/proc/3/cmdline']).toEqual(['main 0x1234']);
  expect(found['/proc/self/stack']).toEqual([
    expect.stringMatching(/^StackAlloc: 0x2000[0-9a-f]{4}$/),
    expect.stringMatching(/^StackBase: {2}0x2000[0-9a-f]{4}$/),
    'StackSize:  4096',
    expect.stringMatching(/^StackUsed: {2}\d+$/),
  ]);
  expect(found['/proc/self/group/status']).toEqual([
    'Parent ID:  0',
    'Main task:  2',
    'Flags:      0x00',
    'Members:    2',
    'Member IDs: 2 3',
  ]);
  const descriptors = found['/proc/3/group/fd']!;
  expect(descriptors.slice(0, 3)).toEqual([
    '',
    'FD  OFLAGS  TYPE POS       PATH',
    '0   2       1    0         /dev/console',
  ]);
  expect(descriptors[5]).toBe('3   0       3    0         /proc/self/cmdline');
  expect(found['/proc/9/status']).toEqual(['errno 2']);
  expect(found['/proc/self/nothing']!.slice(0, 2)).toEqual(['errno 2', '-1 1']);
  expect(lines.some((line) => /^ {2}\d\.\d%/.test(line) || /^ {1}\d\d\.\d%/.test(line))).toBe(true);
});

test('the system: version, uptime, meminfo, cpuload, cpuinfo, fs', async () => {
  const firmware = await compile(`${tools}
#include <malloc.h>
#include <sys/mount.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

int main(int argc, FAR char *argv[])
{
  struct utsname name;
  struct sysinfo info;
  struct mallinfo heap;
  char host[8] = "";

  usleep(2450000);
  cat("/proc/uptime");
  cat("/proc/version");
  cat("/proc/meminfo");
  heap = mallinfo();
  printf("%d %d %d\\n", heap.arena, heap.arena == heap.uordblks + heap.fordblks, heap.usmblks >= heap.uordblks);
  cat("/proc/cpuload");
  cat("/proc/cpuinfo");
  cat("/proc/fs/mount");
  cat("/proc/fs/blocks");
  cat("/proc/fs/usage");
  printf("/proc/end:\\n");
  printf("%d %d\\n", sethostname("board7", 6), gethostname(host, sizeof(host)));
  uname(&name);
  printf("%s %s %s %s, %s\\n", name.sysname, name.nodename, name.release, name.machine, host);
  sysinfo(&info);
  printf("%lu %d %d\\n", info.uptime, info.totalram == heap.arena, info.procs);
  errno = 0;
  printf("%d %d\\n", sethostname("a name that is much too long for any host", 40), errno == EINVAL);
  return 0;
}
`);
  const { lines, dump } = firmware.run();
  expect(dump?.text).toBeUndefined();
  const found = sections(lines);
  expect(found['/proc/uptime']).toEqual([expect.stringMatching(/^ {6}2\.4[5-9]$/)]);
  expect(found['/proc/version']).toEqual(['NuttX version 13.0.0 tickscope Nov 20 2026 12:00:00 sim:nsh']);
  const [header, umem, heap] = found['/proc/meminfo']!;
  expect(header).toBe('      total       used       free    maxused    maxfree  nused  nfree name');
  expect(umem).toMatch(/^( {1,10}\d+){5}( {1,6}\d+){2} Umem$/);
  expect(umem!.length).toBe(header!.length);
  const [total, used, free] = umem!.trim().split(/ +/).map(Number);
  expect(used! + free!).toBe(total);
  expect(heap).toBe(`${total} 1 1`);
  expect(found['/proc/cpuload']).toEqual([expect.stringMatching(/^ {2}\d\.\d%$/)]);
  expect(found['/proc/cpuinfo']).toEqual(['processor       : 0', 'BogoMIPS        : 100.00']);
  expect(found['/proc/fs/mount']).toEqual(expect.arrayContaining(['  /proc type procfs']));
  expect(found['/proc/fs/blocks']!.slice(0, 2)).toEqual([
    '  Block    Number',
    '  Size     Blocks       Used   Available Mounted on',
  ]);
  expect(found['/proc/fs/blocks']).toContain('     0          0          0           0 /proc');
  expect(found['/proc/fs/usage']).toContain('  procfs          0B        0B         0B /proc');
  expect(found['/proc/end']).toEqual(['0 0', 'NuttX board7 13.0.0 sim, board7', '2 1 2', '-1 1']);
});
