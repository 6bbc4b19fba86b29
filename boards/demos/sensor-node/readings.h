/* What the sensor has measured, which one task writes and the other reads. */

#ifndef READINGS_H
#define READINGS_H

#include <nuttx/config.h>

#include <stdint.h>
#include <time.h>

#define NREADINGS 60

struct reading_s
{
  time_t time;
  int    millidegrees;
};

struct readings_s
{
  struct reading_s last[NREADINGS]; /* A ring */
  unsigned int     count;           /* Since boot */
};

/* Adds one, and copies all of them. */

void readings_add(time_t time, int millidegrees);
void readings_copy(struct readings_s *copy);

#endif
