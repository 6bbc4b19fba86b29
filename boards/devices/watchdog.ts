/** A watchdog with NuttX's driver, /dev/watchdogN (nuttx/timers/watchdog.h; NuttX: drivers/timers/watchdog.c). */
import { reset, ResetCauses } from '../../kernel/boardctl';
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import { cyclesOf, hardwareNow, hardwareState, schedule, unschedule } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import { cyclesToNs, type Kernel } from '../../kernel/kernel';
import type { Device } from '../device';

const Ioctl = {
  Start: 0x0201,
  Stop: 0x0202,
  GetStatus: 0x0203,
  SetTimeout: 0x0204,
  Capture: 0x0205,
  KeepAlive: 0x0206,
} as const;
/** struct watchdog_status_s, struct watchdog_capture_s */
const Status = { flags: 0, timeout: 4, timeLeft: 8 } as const;
const Capture = { newHandler: 0, oldHandler: 4 } as const;
const Flag = { Active: 1, Reset: 2, Capture: 4 } as const;

const NS_PER_MS = 1_000_000;

interface State {
  running: boolean;
  /** Milliseconds. */
  timeout: number;
  /** Cycle at which it bites. */
  expires: number;
  /** A function that is called at interrupt level then, instead of a reset; 0 for none. */
  handler: number;
}

/** `timeout` is that at power on, `maxTimeout` what it can do; milliseconds. With a handler it begins anew when it has run down. */
export function watchdog(
  name: string,
  { node, irq, timeout, maxTimeout }: { node: string; irq: number; timeout: number; maxTimeout: number },
): Device {
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);

  function stop(k: Kernel): number {
    stateOf(k).running = false;
    unschedule(k, name);
    return 0;
  }

  function feed(k: Kernel): number {
    const state = stateOf(k);
    if (!state.running) return 0;
    unschedule(k, name);
    state.expires = hardwareNow(k) + cyclesOf(k, state.timeout * NS_PER_MS);
    schedule(k, name, state.expires);
    return 0;
  }

  function start(k: Kernel): number {
    stateOf(k).running = true;
    return feed(k);
  }

  const left = (k: Kernel, { running, expires }: State) =>
    running ? Math.max(0, Math.ceil(cyclesToNs(k.state, expires - hardwareNow(k)) / NS_PER_MS)) : 0;

  /** -EINVAL: no address. */
  function getStatus(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    const state = stateOf(k);
    const flags = (state.running ? Flag.Active : 0) | (state.handler !== 0 ? Flag.Capture : Flag.Reset);
    k.memory.store32(address + Status.flags, flags);
    k.memory.store32(address + Status.timeout, state.timeout);
    k.memory.store32(address + Status.timeLeft, left(k, state));
    return 0;
  }

  /** -ERANGE: 0, or more than it can do. */
  function setTimeout(k: Kernel, wanted: number): number {
    if (wanted < 1 || wanted > maxTimeout) return -Errno.ERANGE;
    stateOf(k).timeout = wanted;
    return feed(k);
  }

  /** -EINVAL: no address. */
  function capture(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    const state = stateOf(k);
    k.memory.store32(address + Capture.oldHandler, state.handler);
    state.handler = k.memory.load32(address + Capture.newHandler);
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
        return setTimeout(k, arg >>> 0);
      case Ioctl.Capture:
        return capture(k, arg);
      case Ioctl.KeepAlive:
        return feed(k);
      default:
        return -Errno.ENOTTY;
    }
  }

  /** Feeds it; a V in what is written stops it. */
  function write(k: Kernel, _file: OpenFile, data: number, length: number): number {
    if (k.memory.slice(data, length).includes('V'.charCodeAt(0))) stop(k);
    else feed(k);
    return length;
  }

  return {
    name,
    kind: 'watchdog',
    state: { running: false, timeout, expires: 0, handler: 0 } satisfies State,
    nodes: [{ path: node, operations: { read: () => 0, write, ioctl } }],
    event(k) {
      const { handler } = stateOf(k);
      if (handler === 0) {
        reset(k, { cause: ResetCauses.Watchdog, flag: 0 });
        return;
      }
      feed(k);
      raiseInterrupt(k, irq);
    },
    irq: {
      number: irq,
      handler(k) {
        const { handler } = stateOf(k);
        if (handler !== 0) k.firmware.interrupt(handler, irq, 0, 0);
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
        controls: [{ type: 'text', label: 'Watch', text: state.running ? `bites in ${left(k, state)} ms` : 'off' }],
      };
    },
  };
}
