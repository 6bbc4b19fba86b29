/** Watchdog timers: functions of the firmware that run at interrupt level (nuttx/wdog.h). */
import type { Kernel } from '../kernel';

export interface Wdog {
  address: number;
  tick: number;
}

/** Its tick has come. */
export function expireWdog(_k: Kernel, _address: number): void {}
