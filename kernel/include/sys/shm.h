#ifndef __INCLUDE_SYS_SHM_H
#define __INCLUDE_SYS_SHM_H

#include <nuttx/config.h>
#include <sys/ipc.h>
#include <sys/types.h>

#define SHM_RDONLY (1 << 0)
#define SHM_RND    (1 << 1)

/* Segments begin at multiples of it, and take whole pages of it. */

#define SHMLBA     4096

typedef uint16_t shmatt_t;

struct shmid_ds
{
  struct ipc_perm shm_perm;
  size_t          shm_segsz;
  pid_t           shm_lpid;
  pid_t           shm_cpid;
  shmatt_t        shm_nattch;
  time_t          shm_atime;
  time_t          shm_dtime;
  time_t          shm_ctime;
};

int shmget(key_t key, size_t size, int shmflg);
void *shmat(int shmid, const void *shmaddr, int shmflg);
int shmctl(int shmid, int cmd, struct shmid_ds *buf);
int shmdt(const void *shmaddr);

#endif
