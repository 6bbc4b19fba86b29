/* Says hello, and to whom: `hello`, `hello you and me`. */

#include <nuttx/config.h>

#include <stdio.h>

int hello_main(int argc, FAR char *argv[])
{
  printf("Hello");
  for (int i = 1; i < argc; i++)
    {
      printf("%s %s", i == 1 ? "," : "", argv[i]);
    }

  printf("%s\n", argc > 1 ? "!" : ", World!!");
  return 0;
}
