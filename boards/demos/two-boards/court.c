#include <nuttx/config.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "court.h"

int open_court(FAR struct court_s *court)
{
  court->line = open(LINE, O_RDWR);
  court->out = open(PIN_OUT, O_RDWR);
  court->in = open(PIN_IN, O_RDWR);
  if (court->line < 0 || court->out < 0 || court->in < 0)
    {
      perror("the court");
      return 0;
    }

  return 1;
}

void show(FAR const struct court_s *court, int ready)
{
  write(court->out, ready ? "1" : "0", 1);
}

int await_other(FAR const struct court_s *court, int timeout_ms)
{
  struct pollfd edge = { .fd = court->in, .events = POLLIN };
  char level;

  if (poll(&edge, 1, timeout_ms) != 1)
    {
      return 0;
    }

  /* Reading the level takes the edge off. */

  lseek(court->in, 0, SEEK_SET);
  return read(court->in, &level, 1) == 1;
}

int send_ball(FAR const struct court_s *court, FAR const char *ball)
{
  char line[BALL_SIZE];
  int length = snprintf(line, sizeof(line), "%s\n", ball);

  return write(court->line, line, length) == length;
}

int catch_ball(FAR const struct court_s *court, FAR char *ball)
{
  for (size_t length = 0; length < BALL_SIZE; length++)
    {
      if (read(court->line, &ball[length], 1) != 1)
        {
          return 0;
        }

      if (ball[length] == '\n')
        {
          ball[length] = '\0';
          return 1;
        }
    }

  return 0;
}
