/* Reads the temperature once a second, keeps it, and tells everybody on the
 * network: a datagram for the group 239.1.2.3, port 5000.
 */

#include <nuttx/config.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fixedmath.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "readings.h"

#define GROUP    "239.1.2.3"
#define PORT     5000
#define INTERVAL 1 /* Seconds */

static pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;
static struct readings_s g_readings;

void readings_add(time_t time, int millidegrees)
{
  FAR struct reading_s *next;

  pthread_mutex_lock(&g_lock);
  next = &g_readings.last[g_readings.count++ % NREADINGS];
  next->time = time;
  next->millidegrees = millidegrees;
  pthread_mutex_unlock(&g_lock);
}

void readings_copy(FAR struct readings_s *copy)
{
  pthread_mutex_lock(&g_lock);
  *copy = g_readings;
  pthread_mutex_unlock(&g_lock);
}

/* Nobody may be listening, and there may be no network yet: never mind. */

static void announce(int sd, int millidegrees)
{
  struct sockaddr_in group =
  {
    .sin_family = AF_INET,
    .sin_port = HTONS(PORT)
  };

  char text[32];

  group.sin_addr.s_addr = inet_addr(GROUP);
  snprintf(text, sizeof(text), "temperature %d.%03d\n",
           millidegrees / 1000, millidegrees % 1000);
  sendto(sd, text, strlen(text), 0, (FAR struct sockaddr *)&group,
         sizeof(group));
}

int sample_main(int argc, FAR char *argv[])
{
  int sensor = open("/dev/temp0", O_RDONLY);
  int sd = socket(AF_INET, SOCK_DGRAM, 0);
  b16_t temperature;

  if (sensor < 0 || sd < 0)
    {
      perror("sample");
      return 1;
    }

  while (read(sensor, &temperature, sizeof(temperature)) > 0)
    {
      int millidegrees = (int)(((int64_t)temperature * 1000) >> 16);

      readings_add(time(NULL), millidegrees);
      announce(sd, millidegrees);
      sleep(INTERVAL);
    }

  perror("sample: read");
  return 1;
}
