/* A meter: what it measures it tells all who listen, and goes on whether
 * anybody does or not.
 */

#include <nuttx/config.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reading.h"

int measure_main(int argc, FAR char *argv[])
{
  struct sockaddr_in group;
  struct reading_s reading;
  int32_t millivolts = 1500;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);

  memset(&group, 0, sizeof(group));
  group.sin_family = AF_INET;
  group.sin_port = htons(PORT);
  group.sin_addr.s_addr = inet_addr(GROUP);

  for (uint32_t number = 0; number < READINGS; number++)
    {
      usleep(INTERVAL + arc4random() % 1000);
      millivolts += (int32_t)(arc4random() % 101) - 50;
      reading.number = htonl(number);
      reading.millivolts = htonl(millivolts);
      if (sendto(fd, &reading, sizeof(reading), 0,
                 (FAR struct sockaddr *)&group, sizeof(group)) < 0)
        {
          perror("sendto");
        }
    }

  close(fd);
  return 0;
}
