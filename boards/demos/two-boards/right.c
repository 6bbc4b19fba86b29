/* The right board returns: when the other board has raised its pin, it raises
 * its own for as long as it has something to do with the ball.
 */

#include <nuttx/config.h>

#include <stdio.h>
#include <string.h>

#include "court.h"

#define FOREVER -1

int return_main(int argc, FAR char *argv[])
{
  struct court_s court;
  char ball[BALL_SIZE];
  int returned = 0;

  if (!open_court(&court))
    {
      return 1;
    }

  while (await_other(&court, FOREVER))
    {
      show(&court, 1);
      if (!catch_ball(&court, ball))
        {
          printf("the line fails\n");
          return 1;
        }

      if (strncmp(ball, "ping", 4) != 0)
        {
          printf("%s\n", ball);
          return 0;
        }

      memcpy(ball, "pong", 4);
      send_ball(&court, ball);
      show(&court, 0);
      if (++returned % 5 == 0)
        {
          printf("%d balls returned\n", returned);
        }
    }

  return 1;
}
