/** Shared memory (manual 2.12). */
import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const config = { CONFIG_MM_SHM: true, CONFIG_ARCH_SHM_MAXREGIONS: 3, CONFIG_ARCH_SHM_NPAGES: 2 };

const setup = `
#include <sys/shm.h>
#include <sys/ipc.h>

static FAR char *g_memory;
static struct shmid_ds g_ds;
static struct shmid_ds g_mode;

static FAR char *attach(int id)
{
  return g_memory = shmat(id, NULL, 0);
}

static int stat_of(int id)
{
  memset(&g_ds, -1, sizeof(g_ds));
  return shmctl(id, IPC_STAT, &g_ds);
}
`;

test('shmget, shmat, shmctl and shmdt, and what they fail with', async () => {
  await expectCalls(
    setup,
    [
      ['shmget(5, 100, 0666)', 'ENOENT'],
      ['shmget(5, 0, IPC_CREAT | 0666)', 'EINVAL'],
      ['shmget(5, 8193, IPC_CREAT | 0666)', 'EINVAL'],
      ['shmget(5, 100, IPC_CREAT | 0640)', 0],
      ['shmget(5, 100, IPC_CREAT | IPC_EXCL | 0640)', 'EEXIST'],
      ['shmget(5, 100, 0660)', 'EACCES'],
      ['shmget(5, 101, 0600)', 'EINVAL'],
      ['shmget(5, 0, 0)', 0],
      ['shmget(5, 50, IPC_CREAT | 0600)', 0],
      ['stat_of(0)', 0],
      ['g_ds.shm_perm.mode', 0o640],
      ['g_ds.shm_segsz', 100],
      ['g_ds.shm_lpid == 0 && g_ds.shm_nattch == 0 && g_ds.shm_atime == 0 && g_ds.shm_dtime == 0', 1],
      ['g_ds.shm_ctime == time(NULL) && g_ds.shm_cpid == getpid()', 1],
      ['(uintptr_t)attach(0) % SHMLBA', 0],
      ['g_memory[0] == 0 && memcmp(g_memory, g_memory + 1, 99) == 0', 1],
      ['stat_of(0)', 0],
      ['g_ds.shm_lpid == getpid() && g_ds.shm_nattch == 1 && g_ds.shm_atime == time(NULL)', 1],
      ['shmat(0, g_memory, 0) == g_memory', 1],
      ['shmat(0, g_memory + 5, 0)', 'EINVAL'],
      ['shmat(0, g_memory + 5, SHM_RND | SHM_RDONLY) == g_memory', 1],
      ['shmat(0, NULL, 0)', 'EMFILE'],
      ['shmat(7, NULL, 0)', 'EINVAL'],
      ['shmdt(g_memory) + shmdt(g_memory)', 0],
      ['shmdt(g_memory + 1)', 'EINVAL'],
      ['stat_of(0) + g_ds.shm_nattch', 1],
      ['g_ds.shm_dtime == time(NULL)', 1],
      ['(g_mode.shm_perm.mode = 0400, shmctl(0, IPC_SET, &g_mode))', 0],
      ['shmat(0, NULL, 0)', 'EACCES'],
      ['(g_mode.shm_perm.mode = 0, shmctl(0, IPC_SET, &g_mode))', 0],
      ['stat_of(0)', 'EACCES'],
      ['shmctl(0, 9, &g_ds)', 'EINVAL'],
      ['shmctl(0, IPC_STAT, NULL)', 'EINVAL'],
      ['shmctl(3, IPC_STAT, &g_ds)', 'EINVAL'],
      // IPC_PRIVATE is another each time.
      ['shmget(IPC_PRIVATE, 10, 0666)', 1],
      ['shmget(IPC_PRIVATE, 10, 0666)', 2],
      ['shmget(IPC_PRIVATE, 10, 0666)', 'ENOSPC'],
      ['shmctl(1, IPC_RMID, NULL) + shmctl(2, IPC_RMID, NULL)', 0],
      ['shmctl(2, IPC_RMID, NULL)', 'EINVAL'],
      // What is removed goes with the last who has it.
      ['shmctl(0, IPC_RMID, NULL)', 0],
      ['shmget(5, 100, 0)', 'ENOENT'],
      ['(g_mode.shm_perm.mode = 0400, shmctl(0, IPC_SET, &g_mode)) + stat_of(0)', 0],
      ['shmdt(g_memory)', 0],
      ['stat_of(0)', 'EINVAL'],
    ],
    { config },
  );
});

test('without CONFIG_MM_SHM there is none, and it needs memory', async () => {
  const calls = ['shmget(5, 100, IPC_CREAT)', 'shmat(0, NULL, 0)', 'shmctl(0, IPC_RMID, NULL)', 'shmdt(NULL)'];
  await expectCalls(
    setup,
    calls.map((call) => [call, 'ENOSYS'] as const),
  );
  await expectCalls(setup, [['shmget(5, 100 * 4096, IPC_CREAT | 0666)', 'ENOMEM']], {
    board: 'micro',
    config: { ...config, CONFIG_ARCH_SHM_NPAGES: 100 },
  });
});

test('tasks share a segment, and who ends has it no longer', async () => {
  const firmware = await compile(
    `
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

static int child(int argc, FAR char *argv[])
{
  FAR char *memory = shmat(shmget(77, 20, 0600), NULL, 0);

  printf("child reads %s\\n", memory);
  strcpy(memory, "from the child");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  int id = shmget(77, 20, IPC_CREAT | 0600);
  FAR char *memory = shmat(id, NULL, 0);
  struct shmid_ds ds;
  pid_t pid;

  strcpy(memory, "from main");
  pid = task_create("child", 101, 2048, child, NULL);
  shmctl(id, IPC_STAT, &ds);
  printf("main reads %s: %d attached, last by the child %d\\n", memory, ds.shm_nattch, ds.shm_lpid == pid);
  return 0;
}
`,
    { config },
  );
  expect(firmware.run().lines).toEqual([
    'child reads from main',
    'main reads from the child: 1 attached, last by the child 1',
  ]);
});
