#ifndef __INCLUDE_NUTTX_NET_IGMP_H
#define __INCLUDE_NUTTX_NET_IGMP_H

#include <nuttx/config.h>
#include <nuttx/net/ip.h>

#define IGMP_HDRLEN 8

#define IGMP_MEMBERSHIP_QUERY  0x11
#define IGMPv1_MEMBERSHIP_REPORT 0x12
#define IGMPv2_MEMBERSHIP_REPORT 0x16
#define IGMP_LEAVE_GROUP       0x17
#define IGMPv3_MEMBERSHIP_REPORT 0x22

#endif
