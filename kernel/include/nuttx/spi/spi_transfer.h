#ifndef __INCLUDE_NUTTX_SPI_SPI_TRANSFER_H
#define __INCLUDE_NUTTX_SPI_SPI_TRANSFER_H

#include <nuttx/config.h>
#include <nuttx/fs/ioctl.h>
#include <nuttx/spi/spi.h>
#include <sys/types.h>

#define SPIIOC_TRANSFER _SPIIOC(0x0001)

/* Words that go out and come in; either buffer may be null. The delay is in microseconds. */

struct spi_trans_s
{
  bool            deselect;
  useconds_t      delay;
  size_t          nwords;
  FAR const void *txbuffer;
  FAR void       *rxbuffer;
};

struct spi_sequence_s
{
  uint32_t                dev;
  uint8_t                 mode;
  uint8_t                 nbits;
  uint8_t                 ntrans;
  uint32_t                frequency;
  FAR struct spi_trans_s *trans;
};

#endif
