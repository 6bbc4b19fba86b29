#ifndef __INCLUDE_LINUX_ERRQUEUE_H
#define __INCLUDE_LINUX_ERRQUEUE_H

#include <stdint.h>
#include <time.h>

#define SO_EE_ORIGIN_NONE         0
#define SO_EE_ORIGIN_LOCAL        1
#define SO_EE_ORIGIN_ICMP         2
#define SO_EE_ORIGIN_TIMESTAMPING 4

/* What came of a message that was sent; of MSG_ERRQUEUE, as a control message of type IP_RECVERR. */

#define IP_RECVERR (__SO_PROTOCOL + 15)

struct sock_extended_err
{
  uint32_t ee_errno;
  uint8_t  ee_origin;
  uint8_t  ee_type;
  uint8_t  ee_code;
  uint8_t  ee_pad;
  uint32_t ee_info;
  uint32_t ee_data;
};

/* Of SCM_TIMESTAMPING: by the system's clock, nothing, and by the clock of the network interface. */

struct scm_timestamping
{
  struct timespec ts[3];
};

#endif
