/** A hardware timer with NuttX's driver, /dev/timerN (nuttx/timers/timer.h; NuttX: drivers/timers/timer.c). */
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import { cyclesOf, hardwareNow, hardwareState, schedule, unschedule } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import { cyclesToNs, type Kernel } from '../../kernel/kernel';
import type { Device } from '../device';
import { loadNotification, tell, type Notification } from './notify';

const Ioctl = {
  Start: 0x1601,
  Stop: 0x1602,
  GetStatus: 0x1603,
  SetTimeout: 0x1604,
  Notification: 0x1605,
  MaxTimeout: 0x1606,
} as const;
/** struct timer_status_s, struct timer_notify_s */
const Status = { flags: 0, timeout: 4, timeLeft: 8 } as const;
const Notify = { event: 0, pid: 16, periodic: 20 } as const;
const Flag = { Active: 1, Handler: 2 } as const;

/** What a 32-bit counter of microseconds can hold. */
const MAX_TIMEOUT = 0xffff_ffff;
const NS_PER_US = 1000;

interface State {
  running: boolean;
  /** Microseconds. */
  timeout: number;
  /** Cycle at which it runs down. */
  expires: number;
  notification: (Notification & { periodic: boolean }) | null;
}

/** Without a notification it runs down and begins again, and nobody hears of it. */
export function timer(name: string, { node, irq }: { node: string; irq: number }): Device {
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);

  function run(k: Kernel, state: State, from: number): void {
    state.expires = from + cyclesOf(k, state.timeout * NS_PER_US);
    schedule(k, name, state.expires);
  }

  /** -EINVAL: no timeout was set; -EBUSY: it runs. */
  function start(k: Kernel): number {
    const state = stateOf(k);
    if (state.running) return -Errno.EBUSY;
    if (state.timeout === 0) return -Errno.EINVAL;
    state.running = true;
    run(k, state, hardwareNow(k));
    return 0;
  }

  /** -ENODEV: it does not run. */
  function stop(k: Kernel): number {
    const state = stateOf(k);
    if (!state.running) return -Errno.ENODEV;
    state.running = false;
    unschedule(k, name);
    return 0;
  }

  const left = (k: Kernel, { running, expires }: State) =>
    running ? Math.max(0, Math.ceil(cyclesToNs(k.state, expires - hardwareNow(k)) / NS_PER_US)) : 0;

  /** -EINVAL: no address. */
  function getStatus(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    const state = stateOf(k);
    const flags = (state.running ? Flag.Active : 0) | (state.notification ? Flag.Handler : 0);
    k.memory.store32(address + Status.flags, flags);
    k.memory.store32(address + Status.timeout, state.timeout);
    k.memory.store32(address + Status.timeLeft, left(k, state));
    return 0;
  }

  /** Microseconds. -EINVAL: 0; -EPERM: it runs. */
  function setTimeout(k: Kernel, timeout: number): number {
    const state = stateOf(k);
    if (state.running) return -Errno.EPERM;
    if (timeout === 0) return -Errno.EINVAL;
    state.timeout = timeout >>> 0;
    return 0;
  }

  /** -EINVAL: no address. */
  function setNotification(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    const { memory } = k;
    stateOf(k).notification = {
      ...loadNotification(k, address + Notify.event, memory.load32(address + Notify.pid)),
      periodic: memory.load8(address + Notify.periodic) !== 0,
    };
    return 0;
  }

  /** -EINVAL: no address. */
  function getMaxTimeout(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    k.memory.store32(address, MAX_TIMEOUT);
    return 0;
  }

  function ioctl(k: Kernel, _file: OpenFile, request: number, arg: number): number {
    switch (request) {
      case Ioctl.Start:
        return start(k);
      case Ioctl.Stop:
        return stop(k);
      case Ioctl.GetStatus:
        return getStatus(k, arg);
      case Ioctl.SetTimeout:
        return setTimeout(k, arg);
      case Ioctl.Notification:
        return setNotification(k, arg);
      case Ioctl.MaxTimeout:
        return getMaxTimeout(k, arg);
      default:
        return -Errno.ENOTTY;
    }
  }

  return {
    name,
    kind: 'timer',
    state: { running: false, timeout: 0, expires: 0, notification: null } satisfies State,
    nodes: [{ path: node, operations: { read: () => 0, write: () => 0, ioctl } }],
    event(k) {
      const state = stateOf(k);
      if (!state.notification || state.notification.periodic) run(k, state, state.expires);
      else state.running = false;
      if (state.notification) raiseInterrupt(k, irq);
    },
    irq: {
      number: irq,
      handler(k) {
        const { notification } = stateOf(k);
        if (notification) tell(k, notification, irq);
      },
    },
    view(k) {
      const state = stateOf(k);
      return {
        registers: [
          { name: 'CR', value: Number(state.running), bits: 1 },
          { name: 'RELOAD', value: state.timeout, bits: 32 },
          { name: 'COUNT', value: left(k, state), bits: 32 },
        ],
        controls: [],
      };
    },
  };
}
