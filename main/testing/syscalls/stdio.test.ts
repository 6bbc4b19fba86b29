/** Standard I/O (manual 2.10.5, 2.10.6): each task group has its own streams. */
import { expect, test } from 'vitest';
import { compile } from '../firmware';

test('a line that a task has begun is its own: others print meanwhile', async () => {
  const firmware = await compile(`
#include <stdio.h>
#include <sched.h>
#include <unistd.h>

static int child(int argc, FAR char *argv[])
{
  printf("child line\\n");
  printf("child's rest");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  printf("begun ");
  task_create("child", 100, 4096, child, NULL);
  sleep(1);
  printf("ended\\n");
  return 0;
}
`);
  expect(firmware.run().console).toBe("child line\nchild's restbegun ended\n");
});
