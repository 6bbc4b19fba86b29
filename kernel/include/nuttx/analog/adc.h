#ifndef __INCLUDE_NUTTX_ANALOG_ADC_H
#define __INCLUDE_NUTTX_ANALOG_ADC_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/fs/ioctl.h>
#include <stdint.h>

/* What read gives when it is given room for a multiple of five bytes. */

begin_packed_struct struct adc_msg_s
{
  uint8_t am_channel;
  int32_t am_data;
} end_packed_struct;

#endif
