/* What of termios.h is arithmetic on the structure. */

#include <errno.h>
#include <termios.h>

/* By the low four bits of what B50 and so on are; those from B57600 on have EXTENDED set. */

#define EXTENDED 0010000

static const speed_t g_speeds[2][16] =
{
  {
    0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400
  },
  {
    0, 57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000,
    3500000, 4000000
  }
};

speed_t cfgetspeed(const struct termios *termiosp)
{
  return termiosp->c_speed;
}

int cfsetspeed(struct termios *termiosp, speed_t speed)
{
  if ((speed & ~(EXTENDED | 15)) == 0)
    {
      speed = g_speeds[(speed & EXTENDED) != 0][speed & 15];
    }

  termiosp->c_speed = speed;
  return 0;
}

void cfmakeraw(struct termios *termiosp)
{
  termiosp->c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  termiosp->c_oflag &= ~OPOST;
  termiosp->c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  termiosp->c_cflag &= ~(CSIZE | PARENB);
  termiosp->c_cflag |= CS8;
}
