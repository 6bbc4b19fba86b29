/* Measures in bursts, faster than the consumer can follow: after a few
 * readings the queue is full, and mq_send waits until there is room.
 * Between two bursts it sleeps, and the queue runs empty.
 */

#include <nuttx/config.h>

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <unistd.h>

#include "station.h"

#define MEASURE_US 6000   /* One reading of the sensor */
#define PAUSE_US   150000 /* From burst to burst */

/* A sensor at room temperature, with a wave of noise on it. */

static int32_t measure(uint32_t number)
{
  compute(MEASURE_US);
  return 21000 + (int32_t)(number * 377 % 500) - 250;
}

int producer_main(int argc, FAR char *argv[])
{
  struct mq_attr attr =
  {
    .mq_maxmsg = QUEUE_LENGTH,
    .mq_msgsize = sizeof(struct reading_s)
  };

  mqd_t queue = mq_open(QUEUE_NAME, O_WRONLY | O_CREAT, 0666, &attr);
  uint32_t number = 0;

  if (queue == (mqd_t)-1)
    {
      perror("producer: mq_open");
      return 1;
    }

  for (; ; )
    {
      for (int i = 0; i < READINGS_PER_REPORT; i++)
        {
          struct reading_s reading;

          reading.number = ++number;
          reading.millidegrees = measure(number);
          mq_send(queue, (FAR const char *)&reading, sizeof(reading), 1);
        }

      usleep(PAUSE_US);
    }
}
