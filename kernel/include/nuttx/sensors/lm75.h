#ifndef __INCLUDE_NUTTX_SENSORS_LM75_H
#define __INCLUDE_NUTTX_SENSORS_LM75_H

#include <nuttx/config.h>
#include <nuttx/i2c/i2c_master.h>
#include <nuttx/sensors/ioctl.h>

#define CONFIG_LM75_BASEADDR  0x48

#define LM75_TEMP_REG         0x00
#define LM75_CONF_REG         0x01
#define LM75_THYS_REG         0x02
#define LM75_TOS_REG          0x03

#define LM75_CONF_SHUTDOWN    (1 << 0)
#define LM75_CONF_INTMODE     (1 << 1)
#define LM75_CONF_POLARITY    (1 << 2)
#define LM75_CONF_FAULTQUEUE  (1 << 3)

#endif
