/* What a meter tells everyone who has joined its group. */

#ifndef READING_H
#define READING_H

#include <stdint.h>

#define GROUP      "239.0.0.7"
#define PORT       7007
#define READINGS   500    /* A minute of them */
#define INTERVAL   100000 /* Microseconds */

struct reading_s
{
  uint32_t number;    /* From zero on; network byte order, as the others */
  int32_t millivolts;
};

#endif /* READING_H */
