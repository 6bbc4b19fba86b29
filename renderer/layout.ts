/** The panes there are, and how they lie at first. */
import type { DockviewApi } from 'dockview-vue';

export const paneTitles = {
  tasks: 'Tasks',
  source: 'Source',
  events: 'Events',
  semaphores: 'Semaphores',
  mqueues: 'Message queues',
  problems: 'Problems',
  configuration: 'Configuration',
  console: 'Console',
  stack: 'Call stack',
  crash: 'Crash',
} as const;
export type PaneId = keyof typeof paneTitles;

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
  add('semaphores', 'tasks', 'below');
  add('console', 'source', 'below');
  add('events', 'source');
  add('stack', 'console');
  add('mqueues', 'semaphores');
  add('problems', 'semaphores');
  add('configuration', 'semaphores');

  dock.getPanel('tasks')?.api.setSize({ width: Math.round(dock.width * 0.52), height: Math.round(dock.height * 0.56) });
  dock.getPanel('source')?.api.setSize({ height: Math.round(dock.height * 0.62) });
  dock.getPanel('tasks')?.api.setActive();
}
