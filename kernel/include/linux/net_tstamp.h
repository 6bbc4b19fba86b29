#ifndef __INCLUDE_LINUX_NET_TSTAMP_H
#define __INCLUDE_LINUX_NET_TSTAMP_H

/* Of SO_TIMESTAMPING: which stamps are made, and which are told; Linux's numbers. */

#define SOF_TIMESTAMPING_TX_HARDWARE  (1 << 0)
#define SOF_TIMESTAMPING_TX_SOFTWARE  (1 << 1)
#define SOF_TIMESTAMPING_RX_HARDWARE  (1 << 2)
#define SOF_TIMESTAMPING_RX_SOFTWARE  (1 << 3)
#define SOF_TIMESTAMPING_SOFTWARE     (1 << 4)
#define SOF_TIMESTAMPING_SYS_HARDWARE (1 << 5)
#define SOF_TIMESTAMPING_RAW_HARDWARE (1 << 6)
#define SOF_TIMESTAMPING_OPT_ID       (1 << 7)
#define SOF_TIMESTAMPING_OPT_TSONLY   (1 << 11)

/* What a controller stamps: struct ifreq's ifr_data of SIOCSHWTSTAMP and SIOCGHWTSTAMP (nuttx/net/ioctl.h). */

struct hwtstamp_config
{
  int flags;     /* 0 */
  int tx_type;   /* HWTSTAMP_TX_... */
  int rx_filter; /* HWTSTAMP_FILTER_..., of which every one but NONE means ALL */
};

enum hwtstamp_tx_types
{
  HWTSTAMP_TX_OFF,
  HWTSTAMP_TX_ON,

  /* It writes the time into Sync messages without the flag twoStep as they leave, and tells no stamp of them. */

  HWTSTAMP_TX_ONESTEP_SYNC,

  /* And adds to correctionField of Pdelay_Resp without that flag how long it has been since requestReceiptTimestamp, which
   * becomes zero.
   */

  HWTSTAMP_TX_ONESTEP_P2P
};

enum hwtstamp_rx_filters
{
  HWTSTAMP_FILTER_NONE,
  HWTSTAMP_FILTER_ALL,
  HWTSTAMP_FILTER_SOME,
  HWTSTAMP_FILTER_PTP_V1_L4_EVENT,
  HWTSTAMP_FILTER_PTP_V1_L4_SYNC,
  HWTSTAMP_FILTER_PTP_V1_L4_DELAY_REQ,
  HWTSTAMP_FILTER_PTP_V2_L4_EVENT,
  HWTSTAMP_FILTER_PTP_V2_L4_SYNC,
  HWTSTAMP_FILTER_PTP_V2_L4_DELAY_REQ,
  HWTSTAMP_FILTER_PTP_V2_L2_EVENT,
  HWTSTAMP_FILTER_PTP_V2_L2_SYNC,
  HWTSTAMP_FILTER_PTP_V2_L2_DELAY_REQ,
  HWTSTAMP_FILTER_PTP_V2_EVENT,
  HWTSTAMP_FILTER_PTP_V2_SYNC,
  HWTSTAMP_FILTER_PTP_V2_DELAY_REQ,
  HWTSTAMP_FILTER_NTP_ALL
};

#endif
