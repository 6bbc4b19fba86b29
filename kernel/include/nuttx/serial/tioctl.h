#ifndef __INCLUDE_NUTTX_SERIAL_TIOCTL_H
#define __INCLUDE_NUTTX_SERIAL_TIOCTL_H

/* Included by nuttx/fs/ioctl.h. What a terminal answers to, beside FIONREAD, FIONWRITE and FIONSPACE. */

#include <stdint.h>

#define TCGETS      _TIOC(0x0001)
#define TCSETS      _TIOC(0x0002)
#define TCSETSW     _TIOC(0x0003)
#define TCSETSF     _TIOC(0x0004)
#define TIOCGWINSZ  _TIOC(0x000b)
#define TIOCSWINSZ  _TIOC(0x000c)
#define TCSBRK      _TIOC(0x000d)
#define TCSBRKP     _TIOC(0x000e)
#define TIOCSBRK    _TIOC(0x000f)
#define TIOCCBRK    _TIOC(0x0010)
#define TCXONC      _TIOC(0x0011)
#define TIOCINQ     _TIOC(0x0012)
#define TIOCOUTQ    _TIOC(0x0013)
#define TCFLSH      _TIOC(0x0014)
#define TCDRN       _TIOC(0x0015)
#define TIOCSCTTY   _TIOC(0x0018)
#define TIOCNOTTY   _TIOC(0x0019)
#define TIOCGICOUNT _TIOC(0x002a)

struct winsize
{
  uint16_t ws_row;
  uint16_t ws_col;
  uint16_t ws_xpixel;
  uint16_t ws_ypixel;
};

/* TIOCGICOUNT: what has passed since boot, and what was wrong with it. */

struct serial_icounter_s
{
  uint32_t rx;
  uint32_t tx;
  uint32_t frame;
  uint32_t overrun;
  uint32_t parity;
  uint32_t brk;
  uint32_t buf_overrun;
};

#endif
