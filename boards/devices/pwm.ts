/** A pulse-width modulated output with NuttX's driver, /dev/pwmN (nuttx/timers/pwm.h; NuttX: drivers/timers/pwm.c). */
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import { hardwareState, wireChanged } from '../../kernel/hardware';
import type { Kernel } from '../../kernel/kernel';
import type { Device } from '../device';

const Ioctl = { SetCharacteristics: 0x0c01, GetCharacteristics: 0x0c02, Start: 0x0c03, Stop: 0x0c04 } as const;
/** struct pwm_info_s */
const Info = { frequency: 0, duty: 4, arg: 8 } as const;

interface State {
  /** Hertz, and the part of a period that is high, in 1/65536. */
  frequency: number;
  duty: number;
  arg: number;
  running: boolean;
  /** Open files. */
  users: number;
}

const MAX_DUTY = 0xffff;

/** `maxFrequency` in hertz is what the timer can do. */
export function pwm(name: string, { node, maxFrequency }: { node: string; maxFrequency: number }): Device {
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);

  const show = (k: Kernel, { running, frequency, duty }: State) =>
    wireChanged(k, name, 0, running ? frequency : 0, running ? duty : 0);

  const isPossible = ({ frequency, duty }: Pick<State, 'frequency' | 'duty'>) =>
    frequency > 0 && frequency <= maxFrequency && duty <= MAX_DUTY;

  /** -EINVAL: no address, or the output runs and cannot do that. */
  function set(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    const state = stateOf(k);
    const [frequency, duty, arg] = [Info.frequency, Info.duty, Info.arg].map(
      (at) => k.memory.load32(address + at) >>> 0,
    );
    const wanted = { frequency: frequency!, duty: duty!, arg: arg! };
    if (state.running && !isPossible(wanted)) return -Errno.EINVAL;
    Object.assign(state, wanted);
    if (state.running) show(k, state);
    return 0;
  }

  /** -EINVAL: no address. */
  function get(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    const { frequency, duty, arg } = stateOf(k);
    k.memory.store32(address + Info.frequency, frequency);
    k.memory.store32(address + Info.duty, duty);
    k.memory.store32(address + Info.arg, arg);
    return 0;
  }

  /** -EINVAL: the characteristics were not set, or are out of range. */
  function start(k: Kernel): number {
    const state = stateOf(k);
    if (!isPossible(state)) return -Errno.EINVAL;
    if (state.running) return 0;
    state.running = true;
    show(k, state);
    return 0;
  }

  function stop(k: Kernel): number {
    const state = stateOf(k);
    if (!state.running) return 0;
    state.running = false;
    show(k, state);
    return 0;
  }

  function ioctl(k: Kernel, _file: OpenFile, request: number, arg: number): number {
    switch (request) {
      case Ioctl.SetCharacteristics:
        return set(k, arg);
      case Ioctl.GetCharacteristics:
        return get(k, arg);
      case Ioctl.Start:
        return start(k);
      case Ioctl.Stop:
        return stop(k);
      default:
        return -Errno.ENOTTY;
    }
  }

  return {
    name,
    kind: 'pwm',
    state: { frequency: 0, duty: 0, arg: 0, running: false, users: 0 } satisfies State,
    wires: [{ name, kind: 'pwm' }],
    nodes: [
      {
        path: node,
        operations: {
          open(k) {
            stateOf(k).users++;
            return 0;
          },
          close(k) {
            if (--stateOf(k).users === 0) stop(k);
          },
          read: () => 0,
          write: () => 0,
          ioctl,
        },
      },
    ],
    start: (k) => show(k, stateOf(k)),
    view(k) {
      const { frequency, duty, running } = stateOf(k);
      const percent = ((duty / 65536) * 100).toFixed(1);
      return {
        registers: [
          { name: 'CR', value: Number(running), bits: 1 },
          { name: 'FREQ', value: frequency, bits: 32 },
          { name: 'DUTY', value: duty, bits: 16 },
        ],
        controls: [{ type: 'text', label: 'Output', text: running ? `${frequency} Hz, ${percent} % high` : 'off' }],
      };
    },
  };
}
