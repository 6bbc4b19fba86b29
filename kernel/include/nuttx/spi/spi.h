#ifndef __INCLUDE_NUTTX_SPI_SPI_H
#define __INCLUDE_NUTTX_SPI_SPI_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <stdbool.h>
#include <stdint.h>

/* A device on the bus: what it is, and which of its kind. */

#define SPIDEV_ID(type, index) (((uint32_t)(type) & 0xffff) << 16 | ((uint32_t)(index) & 0xffff))

enum spi_devtype_e
{
  SPIDEVTYPE_NONE,
  SPIDEVTYPE_MMCSD,
  SPIDEVTYPE_FLASH
};

#define SPIDEV_NONE(n)  SPIDEV_ID(SPIDEVTYPE_NONE, (n))
#define SPIDEV_MMCSD(n) SPIDEV_ID(SPIDEVTYPE_MMCSD, (n))
#define SPIDEV_FLASH(n) SPIDEV_ID(SPIDEVTYPE_FLASH, (n))

enum spi_mode_e
{
  SPIDEV_MODE0 = 0,
  SPIDEV_MODE1,
  SPIDEV_MODE2,
  SPIDEV_MODE3
};

#endif
