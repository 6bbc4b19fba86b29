#ifndef __INCLUDE_TERMIOS_H
#define __INCLUDE_TERMIOS_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <sys/types.h>
#include <stdint.h>

/* Linux's numbers, to which NuttX has changed. c_iflag */

#define IGNBRK    0x0001
#define BRKINT    0x0002
#define IGNPAR    0x0004
#define PARMRK    0x0008
#define INPCK     0x0010
#define ISTRIP    0x0020
#define INLCR     0x0040
#define IGNCR     0x0080
#define ICRNL     0x0100
#define IUCLC     0x0200
#define IXON      0x0400
#define IXANY     0x0800
#define IXOFF     0x1000

/* c_oflag */

#define OPOST     0x0001
#define OLCUC     0x0002
#define ONLCR     0x0004
#define OCRNL     0x0008
#define ONOCR     0x0010
#define ONLRET    0x0020
#define OFILL     0x0040

/* c_cflag */

#define CSIZE      0x00000030
#define CS5        0x00000000
#define CS6        0x00000010
#define CS7        0x00000020
#define CS8        0x00000030
#define CSTOPB     0x00000040
#define CREAD      0x00000080
#define PARENB     0x00000100
#define PARODD     0x00000200
#define HUPCL      0x00000400
#define CLOCAL     0x00000800
#define CCTS_OFLOW 0x20000000
#define CRTS_IFLOW 0x80000000u
#define CRTSCTS    (CCTS_OFLOW | CRTS_IFLOW)

/* c_lflag */

#define ISIG      0x0001
#define ICANON    0x0002
#define XCASE     0x0004
#define ECHO      0x0008
#define ECHOE     0x0010
#define ECHOK     0x0020
#define ECHONL    0x0040
#define NOFLSH    0x0080
#define TOSTOP    0x0100
#define IEXTEN    0x8000

/* c_cc */

#define VINTR     0
#define VQUIT     1
#define VERASE    2
#define VKILL     3
#define VEOF      4
#define VTIME     5
#define VMIN      6
#define VSTART    8
#define VSTOP     9
#define VSUSP     10
#define VEOL      11
#define NCCS      12

/* What cfsetspeed takes, beside the bauds themselves. */

#define B0        0000000
#define B50       0000001
#define B75       0000002
#define B110      0000003
#define B134      0000004
#define B150      0000005
#define B200      0000006
#define B300      0000007
#define B600      0000010
#define B1200     0000011
#define B1800     0000012
#define B2400     0000013
#define B4800     0000014
#define B9600     0000015
#define B19200    0000016
#define B38400    0000017
#define B57600    0010001
#define B115200   0010002
#define B230400   0010003
#define B460800   0010004
#define B500000   0010005
#define B576000   0010006
#define B921600   0010007
#define B1000000  0010010
#define B1152000  0010011
#define B1500000  0010012
#define B2000000  0010013
#define B2500000  0010014
#define B3000000  0010015
#define B3500000  0010016
#define B4000000  0010017

#define TCSANOW   0
#define TCSADRAIN 1
#define TCSAFLUSH 2

#define TCIFLUSH  0
#define TCOFLUSH  1
#define TCIOFLUSH 2

#define TCOOFF    0
#define TCOON     1
#define TCIOFF    2
#define TCION     3

typedef unsigned long speed_t;
typedef unsigned int  tcflag_t;
typedef unsigned char cc_t;

struct termios
{
  tcflag_t c_iflag;
  tcflag_t c_oflag;
  tcflag_t c_cflag;
  tcflag_t c_lflag;
  cc_t     c_cc[NCCS];
  speed_t  c_speed;
};

#define cfgetispeed(termios)        cfgetspeed(termios)
#define cfgetospeed(termios)        cfgetspeed(termios)
#define cfsetispeed(termios, speed) cfsetspeed(termios, speed)
#define cfsetospeed(termios, speed) cfsetspeed(termios, speed)

_LIBC speed_t cfgetspeed(const struct termios *termiosp);
_LIBC int cfsetspeed(struct termios *termiosp, speed_t speed);
_LIBC void cfmakeraw(struct termios *termiosp);

int tcgetattr(int fd, struct termios *termiosp);
int tcsetattr(int fd, int options, const struct termios *termiosp);
int tcdrain(int fd);
int tcflow(int fd, int action);
int tcflush(int fd, int cmd);
int tcsendbreak(int fd, int duration);

#endif
