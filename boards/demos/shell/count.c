/* Counts, a number a second: `count 10`, or `count 10 &` beside the shell.
 * ^C or kill ends it. Fails when it is not told how far.
 */

#include <nuttx/config.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int count_main(int argc, FAR char *argv[])
{
  int last = argc > 1 ? atoi(argv[1]) : 0;

  if (last < 1)
    {
      fprintf(stderr, "usage: count <last>\n");
      return 1;
    }

  for (int i = 1; i <= last; i++)
    {
      printf("%d\n", i);
      fflush(stdout);
      sleep(1);
    }

  return 0;
}
