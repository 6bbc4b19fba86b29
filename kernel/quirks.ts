/** Where a real NuttX plainly does wrong, and firmware that runs on it meets it: done as NuttX does, and named when it happens. */
import { note, Note, type Kernel } from './kernel';

export interface Quirk {
  name: string;
  /** What happens, for the one who looks at it. */
  title: string;
  /** Option that gives POSIX's behaviour instead, or lets NuttX look. */
  option: string;
}

/** In the order of the numbers in the event log. */
export const quirks = [
  {
    name: 'nanosleep',
    title: 'a signal interrupted nanosleep, which returned 0; POSIX has EINTR',
    option: 'CONFIG_TICKSCOPE_POSIX_NANOSLEEP',
  },
  {
    name: 'overrun',
    title: 'a timer expired while its signal was pending, and timer_getoverrun does not count it',
    option: 'CONFIG_TICKSCOPE_POSIX_OVERRUN',
  },
  {
    name: 'boost',
    title: 'a waiter gave up, and the holder that it boosted keeps the boost',
    option: 'CONFIG_TICKSCOPE_POSIX_BOOST',
  },
  {
    name: 'asyncCancel',
    title: 'asynchronous cancellation ran the cleanup handlers in the thread that cancelled, and no key destructors',
    option: 'CONFIG_TICKSCOPE_POSIX_ASYNC_CANCEL',
  },
  {
    name: 'exitStatus',
    title: 'a pthread called exit, and the parent sees another status',
    option: 'CONFIG_TICKSCOPE_POSIX_EXIT_STATUS',
  },
  {
    name: 'pipeWrite',
    title: 'a short write found less room in a pipe than it needed, and others may write between its parts',
    option: 'CONFIG_TICKSCOPE_POSIX_PIPE_WRITE',
  },
  {
    name: 'unchecked',
    title: 'a message queue was used wrongly (size, priority, access or no buffer), and nobody looked',
    option: 'CONFIG_DEBUG_FEATURES',
  },
  {
    name: 'evthread',
    title:
      'a timer or a message queue was to call a function (SIGEV_THREAD), which nobody does without CONFIG_SIG_EVTHREAD',
    option: 'CONFIG_SIG_EVTHREAD',
  },
] as const satisfies readonly Quirk[];

/**
 * Whether to do as NuttX does; to be asked where the behaviours part, since it is logged for the task with this pid and
 * counted.
 */
export function quirk(k: Kernel, name: (typeof quirks)[number]['name'], pid: number): boolean {
  const index = quirks.findIndex((each) => each.name === name);
  if (k.state.settings.config[quirks[index]!.option] === true) return false;
  note(k, Note.quirk, pid, index);
  const met = k.state.quirks.get(name);
  if (met) met.count++;
  else k.state.quirks.set(name, { count: 1, pid });
  return true;
}
