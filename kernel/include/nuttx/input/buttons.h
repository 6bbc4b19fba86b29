#ifndef __INCLUDE_NUTTX_INPUT_BUTTONS_H
#define __INCLUDE_NUTTX_INPUT_BUTTONS_H

#include <nuttx/config.h>
#include <nuttx/fs/ioctl.h>
#include <signal.h>
#include <stdint.h>

/* What /dev/buttons takes: where to put the set that there is; what poll is to wake for; what to tell the caller's task. */

#define BTNIOC_SUPPORTED  _BTNIOC(0x0001)
#define BTNIOC_POLLEVENTS _BTNIOC(0x0002)
#define BTNIOC_REGISTER   _BTNIOC(0x0003)

typedef uint32_t btn_buttonset_t;

struct btn_pollevents_s
{
  btn_buttonset_t bp_press;
  btn_buttonset_t bp_release;
};

struct btn_notify_s
{
  btn_buttonset_t bn_press;
  btn_buttonset_t bn_release;
  struct sigevent bn_event;
};

#endif
