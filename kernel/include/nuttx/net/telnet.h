#ifndef __INCLUDE_NUTTX_NET_TELNET_H
#define __INCLUDE_NUTTX_NET_TELNET_H

#include <nuttx/config.h>
#include <nuttx/net/ioctl.h>

#define TELNET_DEVPATH_MAX 18

/* What SIOCTELNET of /dev/telnet takes: a connected socket, which it closes,
 * and gives: the path of the terminal that it has become.
 */

struct telnet_session_s
{
  int  ts_sd;
  char ts_devpath[TELNET_DEVPATH_MAX];
};

#endif
