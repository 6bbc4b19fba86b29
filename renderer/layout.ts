/** The panes there are, and how they lie at first. */
import type { DockviewApi } from 'dockview-vue';

export const paneTitles = {
  tasks: 'Tasks',
  source: 'Source',
  events: 'Events',
  signals: 'Signals',
  sync: 'Synchronization',
  mqueues: 'Message queues',
  timers: 'Timers',
  problems: 'Problems',
  configuration: 'Configuration',
  console: 'Console',
  stack: 'Call stack',
  crash: 'Crash',
  serial: 'Serial',
  board: 'Board',
  logic: 'Logic',
  packets: 'Packets',
  network: 'Network',
  ptp: 'PTP',
  files: 'Files',
} as const;
export type PaneId = keyof typeof paneTitles;

/** Panes that lie behind one another at first, in the order of their tabs. */
const stacks: readonly (readonly PaneId[])[] = [
  ['tasks'],
  ['source', 'events', 'signals', 'logic', 'packets', 'ptp'],
  ['sync', 'mqueues', 'timers', 'files', 'network', 'problems', 'configuration'],
  ['console', 'board', 'stack', 'crash', 'serial'],
];

/** Not there at first: opened when there is something in them, or by who wants them. */
const openedLater: readonly PaneId[] = ['crash', 'serial'];

/** The panes that a pane shares its place with. */
export function neighbours(id: PaneId): readonly PaneId[] {
  return stacks.find((stack) => stack.includes(id))!;
}

/** Fills an empty dock: tasks and source above, kernel objects and console below. */
export function arrangePanes(dock: DockviewApi): void {
  function add(id: PaneId, beside?: PaneId, direction: 'right' | 'below' | 'within' = 'within'): void {
    dock.addPanel({
      id,
      component: 'pane',
      title: paneTitles[id],
      inactive: direction === 'within',
      ...(beside === undefined ? {} : { position: { referencePanel: beside, direction } }),
    });
  }
  add('tasks');
  add('source', 'tasks', 'right');
  add('sync', 'tasks', 'below');
  add('console', 'source', 'below');
  for (const [front, ...behind] of stacks) {
    for (const id of behind) if (!openedLater.includes(id)) add(id, front);
  }

  dock.getPanel('tasks')?.api.setSize({ width: Math.round(dock.width * 0.52), height: Math.round(dock.height * 0.56) });
  dock.getPanel('source')?.api.setSize({ height: Math.round(dock.height * 0.62) });
  dock.getPanel('tasks')?.api.setActive();
}
