import { expect, test } from 'vitest';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

/** What is hardest to hold still: functions that the kernel calls, a mutex that is taken back, a thread that spins. */
const source = `
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
static pthread_once_t g_once = PTHREAD_ONCE_INIT;
static pthread_spinlock_t g_spin;
static pthread_key_t g_key;

static void clean(void *arg)
{
  pthread_mutex_unlock(&g_mutex);
  printf("clean\\n");
}

static void destroy(void *value)
{
  printf("destroy\\n");
}

static void once(void)
{
  usleep(1000);
}

static void catch(int signo)
{
  sched_yield();
}

static void *waits(void *arg)
{
  pthread_once(&g_once, once);
  pthread_setspecific(g_key, "value");
  pthread_mutex_lock(&g_mutex);
  pthread_cleanup_push(clean, NULL);
  pthread_cond_wait(&g_cond, &g_mutex);
  pthread_cleanup_pop(1);
  return NULL;
}

static void *spins(void *arg)
{
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  pthread_cleanup_push(clean, NULL);
  pthread_once(&g_once, once);
  pthread_spin_lock(&g_spin);
  pthread_cleanup_pop(0);
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t waiter, spinner;
  signal(SIGUSR1, catch);
  pthread_key_create(&g_key, destroy);
  pthread_spin_init(&g_spin, 0);
  pthread_spin_lock(&g_spin);
  pthread_create(&waiter, NULL, waits, NULL);
  usleep(20000);
  pthread_kill(waiter, SIGUSR1);
  pthread_create(&spinner, NULL, spins, NULL);
  pthread_setschedprio(spinner, 90);
  usleep(10000);
  pthread_mutex_lock(&g_mutex);
  pthread_cancel(waiter);
  usleep(1);
  pthread_mutex_unlock(&g_mutex);
  pthread_cancel(spinner);
  pthread_join(waiter, NULL);
  pthread_join(spinner, NULL);
  return 0;
}
`;

test('a checkpoint holds threads wherever they are: in handlers, destructors, waits for two things, spinning', async () => {
  const config = { CONFIG_CANCELLATION_POINTS: true, CONFIG_TLS_NCLEANUP: 2 };
  const firmware = await compile(source, { config });
  expect(expectCheckpointsHold(firmware.boot(), 50).sort()).toEqual(['clean', 'clean', 'destroy']);
});
