#include "conformance.h"

#include <stdarg.h>

#define MAX_LINES 100
#define MAX_LINE  64

static char g_lines[MAX_LINES][MAX_LINE];
static int g_count;

void note(FAR const char *format, ...)
{
  va_list ap;

  if (g_count < MAX_LINES)
    {
      va_start(ap, format);
      vsnprintf(g_lines[g_count++], MAX_LINE, format, ap);
      va_end(ap);
    }
}

pid_t start(FAR const char *name, int priority, int policy, main_t function)
{
  struct sched_param param;
  pid_t pid;

  memset(&param, 0, sizeof(param));
  param.sched_priority = priority;

  /* The task must not run before it has its policy. */

  sched_lock();
  pid = task_create(name, priority, 4096, function, NULL);
  sched_setscheduler(pid, policy, &param);
  sched_unlock();
  return pid;
}

void set_priority(pid_t pid, int priority)
{
  struct sched_param param;

  memset(&param, 0, sizeof(param));
  param.sched_priority = priority;
  sched_setparam(pid, &param);
}

void settle(void)
{
  usleep(50000);
}

int main(int argc, FAR char *argv[])
{
  struct sched_param param;

  memset(&param, 0, sizeof(param));
  param.sched_priority = 100;
  sched_setscheduler(0, SCHED_FIFO, &param);

#define SCENARIO(name) if (strcmp(argv[1], #name) == 0) name();
  SCENARIOS

  for (int i = 0; i < g_count; i++)
    {
      printf("%s\n", g_lines[i]);
    }

  return 0;
}
