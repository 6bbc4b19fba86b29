#ifndef __INCLUDE_NUTTX_FS_IOCTL_H
#define __INCLUDE_NUTTX_FS_IOCTL_H

#include <nuttx/config.h>

/* A command is the number of its family and one of its own. */

#define _TIOCBASE     0x0100
#define _WDIOCBASE    0x0200
#define _FIOCBASE     0x0300
#define _DIOCBASE     0x0400
#define _BIOCBASE     0x0500
#define _MTDIOCBASE   0x0600
#define _SIOCBASE     0x0700
#define _ARPIOCBASE   0x0800
#define _SNIOCBASE    0x0a00
#define _ANIOCBASE    0x0b00
#define _PWMIOCBASE   0x0c00
#define _TCIOCBASE    0x1600
#define _PIPEBASE     0x1800
#define _RTCBASE      0x1900
#define _BTNBASE      0x1c00
#define _ULEDBASE     0x1d00
#define _LOOPBASE     0x1f00
#define _I2CBASE      0x2100
#define _SPIBASE      0x2200
#define _GPIOBASE     0x2300
#define _PTPBASE      0x4500
#define _BOARDBASE    0xff00

#define _IOC_MASK     0x00ff
#define _IOC_TYPE(cmd)  ((cmd) & ~_IOC_MASK)
#define _IOC_NR(cmd)    ((cmd) & _IOC_MASK)
#define _IOC(type, nr)  ((type) | (nr))

#define _TIOC(nr)     _IOC(_TIOCBASE, nr)
#define _WDIOC(nr)    _IOC(_WDIOCBASE, nr)
#define _FIOC(nr)     _IOC(_FIOCBASE, nr)
#define _DIOC(nr)     _IOC(_DIOCBASE, nr)
#define _BIOC(nr)     _IOC(_BIOCBASE, nr)
#define _MTDIOC(nr)   _IOC(_MTDIOCBASE, nr)
#define _SIOC(nr)     _IOC(_SIOCBASE, nr)
#define _ARPIOC(nr)   _IOC(_ARPIOCBASE, nr)
#define _SNIOC(nr)    _IOC(_SNIOCBASE, nr)
#define _ANIOC(nr)    _IOC(_ANIOCBASE, nr)
#define _PWMIOC(nr)   _IOC(_PWMIOCBASE, nr)
#define _TCIOC(nr)    _IOC(_TCIOCBASE, nr)
#define _PIPEIOC(nr)  _IOC(_PIPEBASE, nr)
#define _RTCIOC(nr)   _IOC(_RTCBASE, nr)
#define _BTNIOC(nr)   _IOC(_BTNBASE, nr)
#define _ULEDIOC(nr)  _IOC(_ULEDBASE, nr)
#define _LOOPIOC(nr)  _IOC(_LOOPBASE, nr)
#define _I2CIOC(nr)   _IOC(_I2CBASE, nr)
#define _SPIIOC(nr)   _IOC(_SPIBASE, nr)
#define _GPIOC(nr)    _IOC(_GPIOBASE, nr)
#define _PTPIOC(nr)   _IOC(_PTPBASE, nr)
#define _BOARDIOC(nr) _IOC(_BOARDBASE, nr)

#define FIOC_MMAP     _FIOC(0x0001)
#define FIOC_REFORMAT _FIOC(0x0002)
#define FIOC_OPTIMIZE _FIOC(0x0003)
#define FIOC_FILEPATH _FIOC(0x0004)
#define FIONREAD      _FIOC(0x0007)
#define FIONWRITE     _FIOC(0x0008)
#define FIONSPACE     _FIOC(0x0009)
#define FIONBIO       _FIOC(0x000b)
#define FIOC_MINOR    _FIOC(0x000c)
#define FIOCLEX       _FIOC(0x000d)
#define FIONCLEX      _FIOC(0x000e)

#define BIOC_XIPBASE  _BIOC(0x0001)
#define BIOC_GEOMETRY _BIOC(0x000c)
#define BIOC_FLUSH    _BIOC(0x000d)

#include <nuttx/serial/tioctl.h>

#endif
