/* The bare switch of the technique proof that this design began with: two tasks, two semaphores, no kernel. */

__attribute__((import_module("k"), import_name("sem_wait"))) int k_sem_wait(int sem);
__attribute__((import_module("k"), import_name("sem_post"))) int k_sem_post(int sem);

static volatile unsigned int g_count[2];

__attribute__((export_name("ping"))) int ping(int id)
{
  for (; ; )
    {
      k_sem_wait(id);
      g_count[id]++;
      k_sem_post(1 - id);
    }

  return 0;
}
