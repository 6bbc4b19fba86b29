/**
 * A real-time clock with NuttX's driver, /dev/rtcN (nuttx/timers/rtc.h; NuttX: drivers/timers/rtc.c). A battery lets it go
 * on over a reset; CLOCK_REALTIME begins with its time, with CONFIG_RTC.
 */
import {
  add,
  loadTimespec,
  NSEC_PER_SEC,
  secondsOf,
  subtract,
  timespecOf,
  type Timespec,
} from '../../kernel/clock/timespec';
import { CLOCK_REALTIME, readClock, setRealtime } from '../../kernel/clock/clock';
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import { cyclesOf, hardwareNow, hardwareState, schedule, unschedule } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import { cyclesToNs, type Kernel } from '../../kernel/kernel';
import type { Device } from '../device';
import { loadNotification, tell, type Notification } from './notify';

const Ioctl = {
  ReadTime: 0x1901,
  SetTime: 0x1902,
  HaveSetTime: 0x1903,
  SetAlarm: 0x1904,
  SetRelative: 0x1905,
  CancelAlarm: 0x1906,
  ReadAlarm: 0x1907,
  SetPeriodic: 0x1908,
  CancelPeriodic: 0x1909,
} as const;
/** struct rtc_setalarm_s, rtc_setrelative_s and rtc_setperiodic_s; struct rtc_rdalarm_s */
const Set = { id: 0, pid: 4, event: 8, time: 24 } as const;
const Read = { id: 0, active: 1, time: 4 } as const;

const ALARMS = 2;
/** The periodic wakeup is an event of its own, behind the alarms. */
const PERIODIC = ALARMS;
/** Of its crystal. */
const HERTZ = 32_768;

interface Alarm extends Notification {
  /** Of the clock. */
  time: Timespec;
}

interface State {
  /** What it shows minus the time since the power came on, when that has come. */
  offset: Timespec | null;
  /** The firmware has set it. */
  set: boolean;
  alarms: (Alarm | null)[];
  periodic: (Notification & { cycles: number; next: number }) | null;
  /** What the CPU has not heard of yet, by its event; each is a flag, however often it has come. */
  pending: (Notification | null)[];
}

/** When the power comes on it shows CONFIG_START_YEAR and so on. */
export function rtc(name: string, { node, irq }: { node: string; irq: number }): Device {
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);
  const sincePower = (k: Kernel) => timespecOf(cyclesToNs(k.state, hardwareNow(k)));
  const now = (k: Kernel) => add(sincePower(k), stateOf(k).offset!);

  function setTime(k: Kernel, time: Timespec): void {
    const state = stateOf(k);
    state.offset = subtract(time, sincePower(k));
    state.set = true;
    state.alarms.forEach((alarm, id) => {
      if (alarm) arm(k, id, alarm);
    });
  }

  /** The alarm comes when the clock shows its time, or at once when it is past. */
  function arm(k: Kernel, id: number, alarm: Alarm): void {
    unschedule(k, name, id);
    const { sec, nsec } = subtract(alarm.time, now(k));
    const ns = Math.max(0, sec * NSEC_PER_SEC + nsec);
    schedule(k, name, hardwareNow(k) + cyclesOf(k, ns), id);
  }

  const notificationAt = (k: Kernel, address: number) =>
    loadNotification(k, address + Set.event, k.memory.load32(address + Set.pid));

  /** -EINVAL: no address, or no such alarm. */
  function setAlarm(k: Kernel, address: number, timeAt: (address: number) => Timespec): number {
    const id = address === 0 ? ALARMS : k.memory.load8(address + Set.id);
    if (id >= ALARMS) return -Errno.EINVAL;
    const alarm = { ...notificationAt(k, address), time: timeAt(address + Set.time) };
    stateOf(k).alarms[id] = alarm;
    arm(k, id, alarm);
    return 0;
  }

  /** -EINVAL: no such alarm. */
  function cancelAlarm(k: Kernel, id: number): number {
    if (id < 0 || id >= ALARMS) return -Errno.EINVAL;
    stateOf(k).alarms[id] = null;
    unschedule(k, name, id);
    return 0;
  }

  /** -EINVAL: no address, or no such alarm. */
  function readAlarm(k: Kernel, address: number): number {
    const id = address === 0 ? ALARMS : k.memory.load8(address + Read.id);
    if (id >= ALARMS) return -Errno.EINVAL;
    const alarm = stateOf(k).alarms[id];
    k.memory.store8(address + Read.active, alarm ? 1 : 0);
    if (alarm) storeTime(k, address + Read.time, alarm.time);
    return 0;
  }

  /** -EINVAL: no address, or a period that is shorter than the crystal's. */
  function setPeriodic(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    const { sec, nsec } = loadTimespec(k, address + Set.time);
    const period = sec * NSEC_PER_SEC + nsec;
    if (period < NSEC_PER_SEC / HERTZ) return -Errno.EINVAL;
    const cycles = cyclesOf(k, period);
    const next = hardwareNow(k) + cycles;
    stateOf(k).periodic = { ...notificationAt(k, address), cycles, next };
    unschedule(k, name, PERIODIC);
    schedule(k, name, next, PERIODIC);
    return 0;
  }

  function ioctl(k: Kernel, _file: OpenFile, request: number, arg: number): number {
    const { memory } = k;
    switch (request) {
      case Ioctl.ReadTime:
        if (arg === 0) return -Errno.EINVAL;
        storeTime(k, arg, now(k));
        return 0;
      case Ioctl.SetTime:
        if (arg === 0) return -Errno.EINVAL;
        setTime(k, loadTime(k, arg));
        setRealtime(k, now(k));
        return 0;
      case Ioctl.HaveSetTime:
        if (arg === 0) return -Errno.EINVAL;
        memory.store8(arg, stateOf(k).set ? 1 : 0);
        return 0;
      case Ioctl.SetAlarm:
        return setAlarm(k, arg, (at) => loadTime(k, at));
      case Ioctl.SetRelative:
        return setAlarm(k, arg, (at) => add(now(k), { sec: memory.load64(at), nsec: 0 }));
      case Ioctl.CancelAlarm:
        return cancelAlarm(k, arg);
      case Ioctl.ReadAlarm:
        return readAlarm(k, arg);
      case Ioctl.SetPeriodic:
        return setPeriodic(k, arg);
      case Ioctl.CancelPeriodic:
        stateOf(k).periodic = null;
        unschedule(k, name, PERIODIC);
        return 0;
      default:
        return -Errno.ENOTTY;
    }
  }

  return {
    name,
    kind: 'rtc',
    state: {
      offset: null,
      set: false,
      alarms: new Array<null>(ALARMS).fill(null),
      periodic: null,
      pending: new Array<null>(ALARMS + 1).fill(null),
    } satisfies State,
    kept(k) {
      const { offset, set } = stateOf(k);
      return { offset, set };
    },
    nodes: [{ path: node, operations: { read: () => 0, write: (_k, _file, _data, n) => n, ioctl } }],
    start(k) {
      stateOf(k).offset ??= { sec: k.state.settings.startSec, nsec: 0 };
      if (k.state.settings.config.CONFIG_RTC === true) setRealtime(k, now(k));
    },
    timeSet(k) {
      if (k.state.settings.config.CONFIG_RTC === true) setTime(k, readClock(k, CLOCK_REALTIME)!);
    },
    event(k, what) {
      const state = stateOf(k);
      if (what === PERIODIC) {
        const periodic = state.periodic!;
        periodic.next += periodic.cycles;
        schedule(k, name, periodic.next, PERIODIC);
        state.pending[PERIODIC] = { event: periodic.event, pid: periodic.pid };
      } else {
        const { event, pid } = state.alarms[what]!;
        state.alarms[what] = null;
        state.pending[what] = { event, pid };
      }
      raiseInterrupt(k, irq);
    },
    irq: {
      number: irq,
      handler(k) {
        const { pending } = stateOf(k);
        pending.forEach((notification, what) => {
          pending[what] = null;
          if (notification) tell(k, notification, irq);
        });
      },
    },
    view(k) {
      const { alarms, periodic } = stateOf(k);
      const { sec } = now(k);
      return {
        registers: [
          { name: 'TIME', value: sec, bits: 32 },
          ...alarms.map((alarm, i) => ({ name: `ALARM${i}`, value: alarm?.time.sec ?? 0, bits: 32 })),
          { name: 'WAKEUP', value: Number(periodic !== null), bits: 1 },
        ],
        controls: [{ type: 'text', label: 'Time', text: textOf(sec) }],
      };
    },
  };
}

const DAY = 86_400;

interface Calendar {
  year: number;
  /** From 0 on, as the day of the week and of the year. */
  month: number;
  day: number;
  weekday: number;
  yearday: number;
  /** Seconds. */
  ofDay: number;
}

function calendarOf(sec: number): Calendar {
  const days = Math.floor(sec / DAY);
  let year = 1970 + Math.floor(days / 365.2425);
  while (secondsOf(year + 1, 1, 1) <= sec) year++;
  while (secondsOf(year, 1, 1) > sec) year--;
  let month = 1;
  while (month < 12 && secondsOf(year, month + 1, 1) <= sec) month++;
  return {
    year,
    month: month - 1,
    day: days - secondsOf(year, month, 1) / DAY + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearday: days - secondsOf(year, 1, 1) / DAY,
    ofDay: sec - days * DAY,
  };
}

/** struct rtc_time: seconds, minutes, hours, day, month, year since 1900, day of the week and the year; nanoseconds last. */
function storeTime({ memory }: Kernel, address: number, { sec, nsec }: Timespec): void {
  const { year, month, day, weekday, yearday, ofDay } = calendarOf(sec);
  const [hours, minutes] = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60];
  [ofDay % 60, minutes, hours, day, month, year - 1900, weekday, yearday, 0, 0, 0, nsec].forEach((word, i) =>
    memory.store32(address + 4 * i, word),
  );
}

/** Fields beyond their range carry over, as with timegm. */
function loadTime({ memory }: Kernel, address: number): Timespec {
  const [sec, min, hour, day, month, year] = Array.from({ length: 6 }, (_, i) => memory.load32(address + 4 * i));
  const months = (year! + 1900) * 12 + month!;
  const first = secondsOf(Math.floor(months / 12), (((months % 12) + 12) % 12) + 1, 1);
  return { sec: first + (day! - 1) * DAY + hour! * 3600 + min! * 60 + sec!, nsec: 0 };
}

function textOf(sec: number): string {
  const { year, month, day, ofDay } = calendarOf(sec);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(two).join(':');
  return `${year}-${two(month + 1)}-${two(day)} ${time}`;
}
