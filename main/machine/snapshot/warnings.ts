/** What the firmware has met that it had better know of. */
import { quirks } from '../../../kernel/quirks';
import type { RuntimeWarning } from '../../contract/target';
import type { Target } from './target';

export function runtimeWarnings(target: Target): RuntimeWarning[] {
  return quirkWarnings(target);
}

function quirkWarnings({ machine }: Target): RuntimeWarning[] {
  return [...machine.kernel.state.quirks].map(([id, { count, pid }]) => {
    const { title, option } = quirks.find(({ name }) => name === id)!;
    return { id, message: `As on NuttX, ${title}.`, pid, count, option };
  });
}
