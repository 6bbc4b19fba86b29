/* Writes what it reads in capitals: `upper < /proc/version`, or behind a
 * pipe: `ls /dev | upper`.
 */

#include <nuttx/config.h>

#include <ctype.h>
#include <unistd.h>

int upper_main(int argc, FAR char *argv[])
{
  char buffer[64];
  ssize_t count;

  while ((count = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0)
    {
      for (ssize_t i = 0; i < count; i++)
        {
          buffer[i] = toupper(buffer[i]);
        }

      if (write(STDOUT_FILENO, buffer, count) != count)
        {
          return 1;
        }
    }

  return count < 0;
}
