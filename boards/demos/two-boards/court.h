/* What the two boards have between them: a serial line, and two pins that
 * each drives for the other to see.
 */

#ifndef COURT_H
#define COURT_H

#include <stddef.h>

#define LINE     "/dev/ttyS1"
#define PIN_OUT  "/dev/gpio0" /* The other board's gpio3 */
#define PIN_IN   "/dev/gpio3" /* Interrupts on its rising edge */

#define BALL_SIZE 32

struct court_s
{
  int line;
  int out;
  int in;
};

/* Opens all three. Tells whether that went well. */

int open_court(FAR struct court_s *court);

/* Says on our pin that we are ready, or not any more. */

void show(FAR const struct court_s *court, int ready);

/* Waits until the other board says that it is ready: 1 when it has. */

int await_other(FAR const struct court_s *court, int timeout_ms);

/* Sends and receives a line of text without its end. 1 when it went well. */

int send_ball(FAR const struct court_s *court, FAR const char *ball);
int catch_ball(FAR const struct court_s *court, FAR char *ball);

#endif
