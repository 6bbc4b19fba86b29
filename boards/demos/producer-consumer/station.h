/* A measuring station: what its three tasks share. */

#ifndef STATION_H
#define STATION_H

#include <nuttx/config.h>

#include <semaphore.h>
#include <stdint.h>

/* The producer sends readings to the consumer through a queue that holds
 * few of them.
 */

#define QUEUE_NAME    "/readings"
#define QUEUE_LENGTH  3

#define READINGS_PER_REPORT 8

/* One measurement. */

struct reading_s
{
  uint32_t number;
  int32_t  millidegrees;
};

/* What the consumer makes of some readings. The logger waits for
 * g_report_ready, prints the report, and gives it back with g_report_free.
 */

struct report_s
{
  uint32_t count;
  int32_t  lowest;
  int32_t  highest;
};

extern struct report_s g_report;
extern sem_t g_report_free;
extern sem_t g_report_ready;

/* Keeps the CPU busy for about a number of microseconds at 100 MHz, not
 * counting those in which another task has it.
 */

static inline void compute(int us)
{
  for (volatile int i = 0; i < us * 11; i++)
    {
    }
}

#endif /* STATION_H */
