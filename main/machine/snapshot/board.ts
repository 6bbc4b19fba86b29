/** What the board's devices show of themselves. */
import type { BoardSnapshot } from '../../contract/board';
import type { Target } from './target';

export function boardSnapshot({ machine: { board, kernel } }: Target): BoardSnapshot {
  const devices = board.devices.map((device) => ({ name: device.name, kind: device.kind, ...device.view(kernel) }));
  return { title: board.title, devices };
}
