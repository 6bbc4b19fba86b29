#ifndef __INCLUDE_SYS_BOARDCTL_H
#define __INCLUDE_SYS_BOARDCTL_H

#include <nuttx/config.h>
#include <nuttx/fs/ioctl.h>
#include <sys/types.h>

#define BOARDIOC_INIT        _BOARDIOC(0x0001)
#define BOARDIOC_FINALINIT   _BOARDIOC(0x0002)
#define BOARDIOC_POWEROFF    _BOARDIOC(0x0003)
#define BOARDIOC_RESET       _BOARDIOC(0x0004)
#define BOARDIOC_MKRD        _BOARDIOC(0x0007)
#define BOARDIOC_ROMDISK     _BOARDIOC(0x0008)
#define BOARDIOC_RESET_CAUSE _BOARDIOC(0x0015)

/* Why the board booted last: BOARDIOC_RESET_CAUSE. */

enum boardioc_reset_cause_e
{
  BOARDIOC_RESETCAUSE_NONE = 0,
  BOARDIOC_RESETCAUSE_SYS_CHIPPOR,
  BOARDIOC_RESETCAUSE_SYS_RWDT,
  BOARDIOC_RESETCAUSE_SYS_BROWNOUT,
  BOARDIOC_RESETCAUSE_CORE_SOFT,
  BOARDIOC_RESETCAUSE_CORE_DPSP,
  BOARDIOC_RESETCAUSE_CORE_MWDT,
  BOARDIOC_RESETCAUSE_CORE_RWDT,
  BOARDIOC_RESETCAUSE_CPU_MWDT,
  BOARDIOC_RESETCAUSE_CPU_SOFT,
  BOARDIOC_RESETCAUSE_CPU_RWDT,
  BOARDIOC_RESETCAUSE_PIN,
  BOARDIOC_RESETCAUSE_LOWPOWER,
  BOARDIOC_RESETCAUSE_UNKOWN
};

/* The flag is what BOARDIOC_RESET was given. */

struct boardioc_reset_cause_s
{
  enum boardioc_reset_cause_e cause;
  uint32_t                    flag;
};

struct boardioc_mkrd_s
{
  uint8_t  minor;
  uint32_t nsectors;
  uint16_t sectsize;
  uint8_t  rdflags;
};

struct boardioc_romdisk_s
{
  uint8_t            minor;
  uint32_t           nsectors;
  uint16_t           sectsize;
  FAR const uint8_t *image;
};

int boardctl(unsigned int cmd, uintptr_t arg);

#endif
