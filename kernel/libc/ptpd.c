/* The PTP daemon is a program of its own. It is asked by signals, as on NuttX (boards/apps/ptpd/request.ts). */

#include <errno.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

#include <netutils/ptpd.h>

#define ANSWER_SECONDS 2

struct request
{
  struct request       *next;
  struct ptpd_status_s *status;
  int                   abandoned; /* The daemon is to free it */
  sem_t                 done;
};

int ptpd_start(const char *interface)
{
  char *argv[] = { "PTPD", "-i", (char *)interface, NULL };
  struct sched_param param = { .sched_priority = CONFIG_NETUTILS_PTPD_SERVERPRIO };
  posix_spawnattr_t attributes;
  pid_t pid;

  posix_spawnattr_init(&attributes);
  posix_spawnattr_setschedparam(&attributes, &param);
  task_spawnattr_setstacksize(&attributes, CONFIG_NETUTILS_PTPD_STACKSIZE);
  int error = posix_spawn(&pid, "/bin/ptpd", NULL, &attributes, argv, NULL);
  posix_spawnattr_destroy(&attributes);
  if (error != 0)
    {
      return -error;
    }

  /* What it cannot do without is missing when it is gone by then. */

  usleep(CONFIG_USEC_PER_TICK);
  return kill(pid, 0) < 0 ? -ENODEV : pid;
}

/* Asks and waits. True: nobody needs the request any more. */

static bool ask(int pid, struct request *request, int *result)
{
  union sigval value = { .sival_ptr = request };
  struct timespec limit;

  if (sigqueue(pid, SIGUSR1, value) < 0)
    {
      *result = -errno;
      return true;
    }

  clock_gettime(CLOCK_MONOTONIC, &limit);
  limit.tv_sec += ANSWER_SECONDS;
  bool done = sem_clockwait(&request->done, CLOCK_MONOTONIC, &limit) == 0;

  /* The answer may have come since. */

  sched_lock();
  done = done || sem_trywait(&request->done) == 0;
  request->abandoned = !done;
  sched_unlock();
  *result = done ? 0 : -ETIMEDOUT;
  return done;
}

int ptpd_status(int pid, struct ptpd_status_s *status)
{
  struct request *request = calloc(1, sizeof(*request));
  int result;

  if (request == NULL)
    {
      return -ENOMEM;
    }

  request->status = status;
  sem_init(&request->done, 0, 0);
  if (ask(pid, request, &result))
    {
      free(request);
    }

  return result;
}

int ptpd_stop(int pid)
{
  return kill(pid, SIGHUP) < 0 ? -errno : 0;
}
