#ifndef __INCLUDE_NUTTX_I2C_I2C_MASTER_H
#define __INCLUDE_NUTTX_I2C_I2C_MASTER_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/fs/ioctl.h>
#include <stdint.h>
#include <sys/types.h>

#define I2C_SPEED_STANDARD  100000
#define I2C_SPEED_FAST      400000
#define I2C_SPEED_FAST_PLUS 1000000

#define I2CIOC_TRANSFER     _I2CIOC(0x0001)
#define I2CIOC_RESET        _I2CIOC(0x0002)

#define I2C_M_READ          0x0001
#define I2C_M_TEN           0x0002
#define I2C_M_NOSTOP        0x0040
#define I2C_M_NOSTART       0x0080

struct i2c_msg_s
{
  uint32_t     frequency;
  uint16_t     addr;
  uint16_t     flags;
  FAR uint8_t *buffer;
  ssize_t      length;
};

struct i2c_transfer_s
{
  FAR struct i2c_msg_s *msgv;
  size_t                msgc;
};

#endif
