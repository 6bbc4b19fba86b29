/** What the firmware has met that it had better know of. */
import { quirks } from '../../../kernel/quirks';
import { childStatusPlaces } from '../../../kernel/sched/children';
import type { RuntimeWarning } from '../../contract/target';
import type { Target } from './target';

export function runtimeWarnings(target: Target): RuntimeWarning[] {
  return [...quirkWarnings(target), ...evthreadWarning(target), ...leakWarning(target)];
}

/** So many statuses that nobody has asked for are no oversight of a moment. */
const MANY_STATUSES = 8;

/** Children that end and whose status nobody asks for fill the pool (the manual's warning in 2.3). */
function leakWarning({ machine }: Target): RuntimeWarning[] {
  const { childStatuses, groups } = machine.kernel.state;
  const unasked = [...groups.values()].map(({ id, children }) => ({
    id,
    count: children.filter(({ exited }) => exited).length,
  }));
  const count = unasked.reduce((sum, group) => sum + group.count, 0);
  const places = childStatusPlaces(machine.kernel);
  if (count < Math.min(MANY_STATUSES, places / 2) && childStatuses.lost === 0) return [];
  const worst = unasked.reduce((a, b) => (b.count > a.count ? b : a));
  const message =
    `A leak: exit statuses of ${count} tasks that have ended are kept, and nobody has asked for them ` +
    `(${childStatuses.kept} of ${places} places taken, ${childStatuses.lost} lost). Ask with wait, waitpid or waitid, ` +
    `or tell sigaction for SIGCHLD SIG_IGN with SA_NOCLDWAIT.`;
  return [{ id: 'childStatus', message, pid: worst.id, count: 1, option: 'CONFIG_SCHED_CHILD_STATUS' }];
}

/** What NuttX's configuration does not let one choose. */
function evthreadWarning({ machine }: Target): RuntimeWarning[] {
  const { settings, workQueues } = machine.kernel.state;
  if (settings.config.CONFIG_SIG_EVTHREAD !== true || workQueues.length > 0) return [];
  const message =
    'CONFIG_SIG_EVTHREAD needs a work queue: without CONFIG_SCHED_LPWORK no function of SIGEV_THREAD is called.';
  return [{ id: 'evthreadQueue', message, pid: null, count: 1, option: 'CONFIG_SCHED_LPWORK' }];
}

function quirkWarnings({ machine }: Target): RuntimeWarning[] {
  return [...machine.kernel.state.quirks].map(([id, { count, pid }]) => {
    const { title, option } = quirks.find(({ name }) => name === id)!;
    return { id, message: `${title[0]!.toUpperCase()}${title.slice(1)} (as on NuttX)`, pid, count, option };
  });
}
