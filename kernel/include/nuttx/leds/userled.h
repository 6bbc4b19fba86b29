#ifndef __INCLUDE_NUTTX_LEDS_USERLED_H
#define __INCLUDE_NUTTX_LEDS_USERLED_H

#include <nuttx/config.h>
#include <nuttx/fs/ioctl.h>
#include <stdbool.h>
#include <stdint.h>

/* What /dev/userleds takes: where to put the set that there is; one LED; the set to be lit; where to put the lit ones. */

#define ULEDIOC_SUPPORTED _ULEDIOC(0x0001)
#define ULEDIOC_SETLED    _ULEDIOC(0x0002)
#define ULEDIOC_SETALL    _ULEDIOC(0x0003)
#define ULEDIOC_GETALL    _ULEDIOC(0x0004)

typedef uint32_t userled_set_t;

struct userled_s
{
  uint8_t ul_led;
  bool    ul_on;
};

#endif
