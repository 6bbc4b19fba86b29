#ifndef __INCLUDE_NUTTX_NET_IOCTL_H
#define __INCLUDE_NUTTX_NET_IOCTL_H

#include <nuttx/fs/ioctl.h>

/* Of interfaces: struct ifreq of net/if.h. */

#define SIOCGIFADDR    _SIOC(0x0001)
#define SIOCSIFADDR    _SIOC(0x0002)
#define SIOCGIFDSTADDR _SIOC(0x0003)
#define SIOCSIFDSTADDR _SIOC(0x0004)
#define SIOCGIFBRDADDR _SIOC(0x0005)
#define SIOCSIFBRDADDR _SIOC(0x0006)
#define SIOCGIFNETMASK _SIOC(0x0007)
#define SIOCSIFNETMASK _SIOC(0x0008)
#define SIOCGIFMTU     _SIOC(0x0009)
#define SIOCGIFHWADDR  _SIOC(0x0014)
#define SIOCSIFHWADDR  _SIOC(0x0015)
#define SIOCDIFADDR    _SIOC(0x0016)
#define SIOCGIFCOUNT   _SIOC(0x0017)
#define SIOCGIFCONF    _SIOC(0x0018)
#define SIOCSIFFLAGS   _SIOC(0x001a)
#define SIOCGIFFLAGS   _SIOC(0x001b)
#define SIOCGIFNAME    _SIOC(0x002a)
#define SIOCGIFINDEX   _SIOC(0x002b)
#define SIOCSIFMTU     _SIOC(0x0033)

/* What its controller stamps: ifr_data is a struct hwtstamp_config of linux/net_tstamp.h. The requests are Linux's. */

#define SIOCSHWTSTAMP _SIOC(0x00b0)
#define SIOCGHWTSTAMP _SIOC(0x00b1)

/* Of routes: struct rtentry of net/route.h. */

#define SIOCADDRT _SIOC(0x0021)
#define SIOCDELRT _SIOC(0x0022)

/* Bytes that the next read gives, and a session of Telnet (nuttx/net/telnet.h). */

#define SIOCINQ    _SIOC(0x0027)
#define SIOCTELNET _SIOC(0x0029)

#endif
