#ifndef __INCLUDE_NUTTX_TIMERS_PWM_H
#define __INCLUDE_NUTTX_TIMERS_PWM_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/fs/ioctl.h>
#include <fixedmath.h>
#include <stdint.h>

#define PWMIOC_SETCHARACTERISTICS _PWMIOC(1)
#define PWMIOC_GETCHARACTERISTICS _PWMIOC(2)
#define PWMIOC_START              _PWMIOC(3)
#define PWMIOC_STOP               _PWMIOC(4)

/* Hertz, and the part of a period that is high, in 1/65536. */

struct pwm_info_s
{
  uint32_t  frequency;
  ub16_t    duty;
  FAR void *arg;
};

#endif
