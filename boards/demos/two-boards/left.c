/* The left board serves: it raises its pin, waits until the other board has
 * raised its own, and sends a ball over the serial line. When the ball is
 * back, it lowers its pin and takes a rest.
 */

#include <nuttx/config.h>

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "court.h"

#define BALLS      20
#define REST_US    100000
#define PATIENCE   1000 /* Milliseconds */

static long microseconds(FAR const struct timespec *from,
                         FAR const struct timespec *to)
{
  return (to->tv_sec - from->tv_sec) * 1000000 +
         (to->tv_nsec - from->tv_nsec) / 1000;
}

/* One ball: 1 when it came back. */

static int play(FAR const struct court_s *court, int number)
{
  struct timespec served;
  struct timespec back;
  char ball[BALL_SIZE];
  char reply[BALL_SIZE];

  show(court, 1);
  if (!await_other(court, PATIENCE))
    {
      printf("ball %d: nobody is there\n", number);
      return 0;
    }

  snprintf(ball, sizeof(ball), "ping %d", number);
  clock_gettime(CLOCK_MONOTONIC, &served);
  if (!send_ball(court, ball) || !catch_ball(court, reply))
    {
      printf("ball %d: the line fails\n", number);
      return 0;
    }

  clock_gettime(CLOCK_MONOTONIC, &back);
  show(court, 0);
  printf("%s, %s after %ld us\n", ball, reply, microseconds(&served, &back));
  return 1;
}

int serve_main(int argc, FAR char *argv[])
{
  struct court_s court;

  if (!open_court(&court))
    {
      return 1;
    }

  for (int number = 1; number <= BALLS; number++)
    {
      if (!play(&court, number))
        {
          return 1;
        }

      usleep(REST_US);
    }

  show(&court, 1);
  if (await_other(&court, PATIENCE))
    {
      send_ball(&court, "bye");
    }

  return 0;
}
