/** The entries of context menus that several panes share. An entry that would do nothing now is left out. */
import type { Frame, TaskSnapshot } from '../main/contract/target';
import { copyText } from './clipboard';
import type { MenuItem } from './parts/menu';
import { useLayout } from './stores/layout';
import { useMachine } from './stores/machine';
import { useSelection } from './stores/selection';
import { useSource } from './stores/source';

/** Copies a row's cells, parted by tabs as spreadsheets take them. */
export function copyItem(cells: readonly (string | number)[]): MenuItem {
  return { label: 'Copy', run: () => copyText(cells.join('\t')) };
}

/** Shows where a call frame is in the source. */
export function revealItems(frame: Frame | null): MenuItem[] {
  if (frame?.file == null) return [];
  return [{ label: 'Reveal in source', run: () => useSource().revealFrame(frame) }];
}

/** Selects what a task waits for, in the pane of semaphores or of queues. */
export function waitsForItems({ waitsFor }: TaskSnapshot): MenuItem[] {
  if (waitsFor?.id == null || (waitsFor.kind !== 'semaphore' && waitsFor.kind !== 'mqueue')) return [];
  return [
    { label: 'Show what it waits for', run: () => showObject(waitsFor.kind as 'semaphore' | 'mqueue', waitsFor.id!) },
  ];
}

/** Selects a task, in the Tasks pane. */
export function selectTaskItem(label: string, pid: number | undefined): MenuItem[] {
  if (pid === undefined || !useMachine().tasks.some((task) => task.pid === pid)) return [];
  return [{ label, run: () => showTask(pid) }];
}

export function showTask(pid: number): void {
  useSelection().task = pid;
  useLayout().show('tasks');
}

export function showObject(kind: 'semaphore' | 'mqueue', id: number): void {
  useSelection()[kind] = id;
  useLayout().show(kind === 'semaphore' ? 'semaphores' : 'mqueues');
}
