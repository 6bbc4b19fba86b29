#ifndef __INCLUDE_NUTTX_SENSORS_IOCTL_H
#define __INCLUDE_NUTTX_SENSORS_IOCTL_H

#include <nuttx/config.h>
#include <nuttx/fs/ioctl.h>

/* LM75: the argument is a value where something is written, and its address where something is read. */

#define SNIOC_READCONF   _SNIOC(0x000b)
#define SNIOC_WRITECONF  _SNIOC(0x000c)
#define SNIOC_SHUTDOWN   _SNIOC(0x000d)
#define SNIOC_POWERUP    _SNIOC(0x000e)
#define SNIOC_FAHRENHEIT _SNIOC(0x000f)
#define SNIOC_CENTIGRADE _SNIOC(0x0010)
#define SNIOC_READTHYS   _SNIOC(0x0011)
#define SNIOC_WRITETHYS  _SNIOC(0x0012)
#define SNIOC_READTOS    _SNIOC(0x0013)
#define SNIOC_WRITETOS   _SNIOC(0x0014)

#endif
