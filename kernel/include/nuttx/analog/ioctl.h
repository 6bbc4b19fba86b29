#ifndef __INCLUDE_NUTTX_ANALOG_IOCTL_H
#define __INCLUDE_NUTTX_ANALOG_IOCTL_H

#include <nuttx/config.h>
#include <nuttx/fs/ioctl.h>

/* None takes an argument; GET_NCHANNELS and SAMPLES_ON_READ return a number. */

#define ANIOC_TRIGGER         _ANIOC(0x0001)
#define ANIOC_GET_NCHANNELS   _ANIOC(0x0004)
#define ANIOC_RESET_FIFO      _ANIOC(0x0005)
#define ANIOC_SAMPLES_ON_READ _ANIOC(0x0006)

#endif
