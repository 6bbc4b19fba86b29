import { expect, test } from 'vitest';
import { compile } from '../firmware';

test('pthread_create, pthread_join, pthread_exit: values, order', async () => {
  const { lines, dump } = (
    await compile(`#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static void *child(void *arg)
{
  printf("child %d in %d\\n", (int)arg, pthread_self() != getpid());
  if ((int)arg == 2) pthread_exit((void *)22);
  return arg;
}
int main(int argc, char *argv[])
{
  pthread_t one, two;
  void *value;
  pthread_create(&one, NULL, child, (void *)1);
  pthread_create(&two, NULL, child, (void *)2);
  printf("created\\n");
  printf("%d", pthread_join(one, &value)); printf(" %d\\n", (int)value);
  printf("%d", pthread_join(two, &value)); printf(" %d\\n", (int)value);
  return 0;
}
`)
  ).run();
  expect(dump?.text).toBeUndefined();
  expect(lines).toEqual(['created', 'child 1 in 1', 'child 2 in 1', '0 1', '0 22']);
});
