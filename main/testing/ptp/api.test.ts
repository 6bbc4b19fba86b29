/** netutils/ptpd.h: a firmware that starts a daemon, asks it and ends it. */
import { expect, test } from 'vitest';
import { PtpBench } from './boards';

const source = `
#include <nuttx/config.h>
#include <errno.h>
#include <malloc.h>
#include <net/if.h>
#include <netutils/ptpd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void show_id(const char *name, const uint8_t *id)
{
  printf("%s ", name);
  for (int i = 0; i < 8; i++) printf("%02x", id[i]);
  printf("\\n");
}

int wait_main(int argc, char *argv[])
{
  for (; ; ) sleep(1000);
}

int api_main(int argc, char *argv[])
{
  struct ptpd_status_s status;
  struct timespec now;

  printf("no such interface: %d\\n", ptpd_start("eth7") == -ENODEV);
  printf("no such task: %d %d\\n", ptpd_status(99, &status) == -ESRCH, ptpd_stop(99) == -ESRCH);
  printf("no daemon: %d\\n", ptpd_status(getpid(), &status) == -ETIMEDOUT);
  int free = mallinfo().fordblks;

  int pid = ptpd_start("eth0");
  printf("started: %d\\n", pid > 0);
  printf("status: %d\\n", ptpd_status(pid, &status));
  printf("valid: %d\\n", status.clock_source_valid);
  sleep(30);
  printf("status: %d\\n", ptpd_status(pid, &status));
  printf("valid: %d\\n", status.clock_source_valid);
  show_id("id", status.clock_source_info.id);
  show_id("gm_id", status.clock_source_info.gm_id);
  printf("priority1 %d class %d stepsremoved %d\\n", status.clock_source_info.priority1,
         status.clock_source_info.clockclass, status.clock_source_info.stepsremoved);
  printf("delta %d drift %d delay %d\\n", (int)status.last_delta_ns, (int)status.drift_ppb, (int)status.path_delay_ns);
  clock_gettime(CLOCK_MONOTONIC, &now);
  printf("sync %d announce %d multicast %d delayreq %d\\n", (int)(now.tv_sec - status.last_received_sync.tv_sec) < 2,
         (int)(now.tv_sec - status.last_received_announce.tv_sec) < 3,
         (int)(now.tv_sec - status.last_received_multicast.tv_sec) < 2,
         (int)(now.tv_sec - status.last_transmitted_delayreq.tv_sec) < 2);
  clock_gettime(CLOCK_REALTIME, &now);
  printf("update %d\\n", (int)(now.tv_sec - status.last_clock_update.tv_sec) < 2);
  printf("stop: %d\\n", ptpd_stop(pid));
  usleep(50000);
  printf("gone: %d\\n", ptpd_stop(pid) == -ESRCH);
  printf("memory: %d\\n", mallinfo().fordblks - free);
  return 0;
}
`;

test('ptpd_start, ptpd_status and ptpd_stop', async () => {
  const bench = await PtpBench.create({
    source: {
      'main.c': source,
      'tickscope.json': JSON.stringify({
        board: 'controller',
        bench: 'bench.json',
        apps: [
          { name: 'wait', entry: 'wait_main', on: 'a' },
          { name: 'api', entry: 'api_main', on: 'b', stackSize: 4096 },
        ],
      }),
      'bench.json': JSON.stringify({ boards: [{ name: 'a' }, { name: 'b' }], links: [{ from: 'a', to: 'b' }] }),
    },
    boards: [
      { name: 'a', title: 'A', oscillator: { ppm: 25 }, config: { CONFIG_NETUTILS_PTPD_PRIORITY1: 10 } },
      { name: 'b', title: 'B', oscillator: { ppm: -25 }, config: { CONFIG_TICKSCOPE_PTPD_BOOT: false } },
    ],
    links: [{ from: 'a/eth0', to: 'b/eth0', settings: { delayNs: [2000, 2000] } }],
  });
  bench.runTo(40);
  const lines = bench.console[1]!.replaceAll('\r\n', '\n');
  expect(lines).toContain('ERROR: ptpd: eth7: no address of its own: ENODEV\n');
  expect(lines.replace(/^ERROR.*\n/gm, '').replace(/^delta.*\n/m, '')).toBe(`no such interface: 1
no such task: 1 1
no daemon: 1
started: 1
status: 0
valid: 0
status: 0
valid: 1
id 020000fffe000001
gm_id 020000fffe000001
priority1 10 class 248 stepsremoved 1
sync 1 announce 1 multicast 1 delayreq 1
update 1
stop: 0
gone: 1
memory: 0
`);
  const [delta, drift, delay] = /delta (-?\d+) drift (-?\d+) delay (\d+)/.exec(lines)!.slice(1).map(Number);
  expect(Math.abs(delta!)).toBeLessThan(100);
  expect(Math.abs(drift! - 50_000)).toBeLessThan(25_000);
  expect(Math.abs(delay! - 2000)).toBeLessThan(20);
});
