/** Time (NuttX: nsh_timcmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { secondsOf } from '../../../../kernel/clock/timespec';
import { wide, word } from '../../io';
import { readClock } from '../execute';
import { newFrame, OK, PUSHED, type Shell } from '../shell';
import { argumentInvalid, command, takeOptions, tooManyArguments } from './command';
import { readText } from './copying';

const CLOCK_REALTIME = 0;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAY = 86400;

const two = (value: number) => String(value).padStart(2, '0');
const timeOfDay = (seconds: number) =>
  [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');

/** The calendar date of seconds since 1970. */
function dateOf(seconds: number): { year: number; month: number; day: number; weekday: number } {
  const days = Math.floor(seconds / DAY);
  let year = 1970 + Math.floor(days / 366);
  while (secondsOf(year + 1, 1, 1) <= days * DAY) year++;
  let month = 1;
  while (month < 12 && secondsOf(year, month + 1, 1) <= days * DAY) month++;
  const day = days - secondsOf(year, month, 1) / DAY + 1;
  return { year, month, day, weekday: (days + 4) % 7 };
}

function* realTime({ sys }: Shell): Program {
  const timespec = yield* sys.alloc(16);
  yield* sys.clock_gettime(CLOCK_REALTIME, timespec);
  return wide(yield* sys.load(timespec, 8), 0);
}

function* date(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 's:u');
  if (rest.length > 0) throw tooManyArguments(name);
  const given = options.get('s');
  if (given !== undefined) return yield* setDate(shell, name, given);
  const now = yield* realTime(shell);
  const { year, month, day, weekday } = dateOf(now);
  yield* shell.print(`${DAYS[weekday]}, ${MONTHS[month - 1]} ${two(day)} ${timeOfDay(now)} ${year}\n`);
  return OK;
}

/** `MMM DD HH:MM:SS YYYY` */
function* setDate(shell: Shell, name: string, text: string): Program {
  const match = /^\s*([a-z]{3})[a-z]*\s+(\d{1,2})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})\s+(\d{4})\s*$/i.exec(text);
  const month = MONTHS.findIndex((each) => each.toLowerCase() === match?.[1]!.toLowerCase()) + 1;
  const [day = 0, hour = 0, minute = 0, second = 0, year = 0] = match?.slice(2).map(Number) ?? [];
  const isRight =
    month > 0 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 62 && year >= 1970 && year <= 2100;
  if (!isRight) throw argumentInvalid(name);
  const { sys } = shell;
  const bytes = new Uint8Array(16);
  const seconds = secondsOf(year, month, 1) + (day - 1) * DAY + hour * 3600 + minute * 60 + second;
  new DataView(bytes.buffer).setBigInt64(0, BigInt(seconds), true);
  const timespec = yield* sys.alloc(bytes.length);
  yield* sys.store(timespec, bytes);
  return (yield* sys.clock_settime(CLOCK_REALTIME, timespec)) < 0 ? yield* shell.failed(name, 'clock_settime') : OK;
}

/** A command line, and how long it took. */
function* time(shell: Shell, [, text = '']: string[]): Program {
  yield* shell.flush();
  shell.state.frames.push(newFrame('text', { text, began: yield* readClock(shell) }));
  return PUSHED;
}

/** -p: in words; -s: since when. */
function* uptime(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'psh');
  if (rest.length > 0) throw tooManyArguments(name);
  const up = Math.floor(Number(yield* readText(shell, name, '/proc/uptime')));
  const now = yield* realTime(shell);
  if (options.has('s')) {
    const { year, month, day } = dateOf(now - up);
    yield* shell.print(`${year}-${two(month)}-${two(day)} ${timeOfDay(now - up)}\n`);
  } else if (options.has('p')) {
    yield* shell.print(`up ${inWords(up)}\n`);
  } else {
    const days = Math.floor(up / DAY);
    const hours = `${String(Math.floor(up / 3600) % 24).padStart(2)}:${two(Math.floor(up / 60) % 60)}`;
    const load = (yield* loads(shell)).join(', ');
    yield* shell.print(
      `${timeOfDay(now)} up ${days > 0 ? `${plural(days, 'day')}, ` : ''}${hours}, load average: ${load}\n`,
    );
  }
  return OK;
}

/** Of struct sysinfo: 16 bits behind the point. */
function* loads({ sys, buffer }: Shell): Program<string[]> {
  yield* sys.sysinfo(buffer);
  const bytes = yield* sys.load(buffer, 16);
  return [4, 8, 12].map((offset) => ((word(bytes, offset) >>> 0) / 65536).toFixed(2));
}

const plural = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`;

function inWords(seconds: number): string {
  const parts = [
    [Math.floor(seconds / DAY), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
  ] as const;
  const some = parts.filter(([count, unit]) => count > 0 || unit === 'minute');
  return some.map(([count, unit]) => plural(count, unit)).join(', ');
}

export const clockCommands = [
  command('date', date, 1, 4, '[-s "MMM DD HH:MM:SS YYYY"] [-u]'),
  command('time', time, 2, 2, '"<command>"'),
  command('uptime', uptime, 1, 2, '[-sph]'),
];
