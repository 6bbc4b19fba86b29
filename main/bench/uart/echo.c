/* Sends back what comes. */

#include <nuttx/config.h>
#include <fcntl.h>
#include <unistd.h>

int main(int argc, FAR char *argv[])
{
  static char bytes[4096];
  int fd = open("/dev/ttyS1", O_RDWR);
  ssize_t count;

  while ((count = read(fd, bytes, sizeof(bytes))) > 0)
    {
      write(fd, bytes, count);
    }

  return 0;
}
