/* Takes readings from the queue, works on each, and hands a report to the
 * logger when it has seen a burst of them.
 */

#include <nuttx/config.h>

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <unistd.h>

#include "station.h"

/* For each reading: compute, then wait for a motor to move. */

#define COMPUTE_US 2000
#define MOVE_US    10000

struct report_s g_report;
sem_t g_report_free = SEM_INITIALIZER(1);
sem_t g_report_ready = SEM_INITIALIZER(0);

int consumer_main(int argc, FAR char *argv[])
{
  struct mq_attr attr =
  {
    .mq_maxmsg = QUEUE_LENGTH,
    .mq_msgsize = sizeof(struct reading_s)
  };

  /* Whoever comes first creates the queue. */

  mqd_t queue = mq_open(QUEUE_NAME, O_RDONLY | O_CREAT, 0666, &attr);

  if (queue == (mqd_t)-1)
    {
      perror("consumer: mq_open");
      return 1;
    }

  for (; ; )
    {
      struct report_s report =
      {
        .count = 0
      };

      while (report.count < READINGS_PER_REPORT)
        {
          struct reading_s reading;

          /* Waiting,MQ empty when the producer is between two bursts. */

          mq_receive(queue, (FAR char *)&reading, sizeof(reading), NULL);

          if (report.count == 0 || reading.millidegrees < report.lowest)
            {
              report.lowest = reading.millidegrees;
            }

          if (report.count == 0 || reading.millidegrees > report.highest)
            {
              report.highest = reading.millidegrees;
            }

          report.count++;
          compute(COMPUTE_US);
          usleep(MOVE_US);
        }

      sem_wait(&g_report_free);
      g_report = report;
      sem_post(&g_report_ready);
    }
}
