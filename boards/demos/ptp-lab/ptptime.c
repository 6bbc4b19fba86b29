/* Says what the board's two clocks show: the one that ptpd sets, and the system's. */

#include <nuttx/config.h>
#include <fcntl.h>
#include <nuttx/timers/ptp_clock.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  struct timespec ptp;
  struct timespec system;
  int fd = open("/dev/ptp0", O_RDONLY);
  if (fd < 0 || ioctl(fd, PTP_CLOCK_GETTIME, &ptp) < 0)
    {
      perror("/dev/ptp0");
      return 1;
    }

  clock_gettime(CLOCK_REALTIME, &system);
  printf("ptp0    %lld.%09ld\n", (long long)ptp.tv_sec, ptp.tv_nsec);
  printf("system  %lld.%09ld\n", (long long)system.tv_sec, system.tv_nsec);
  close(fd);
  return 0;
}
