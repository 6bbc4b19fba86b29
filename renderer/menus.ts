/** The entries of context menus that several panes share. An entry that would do nothing now is left out. */
import type { Frame, TaskSnapshot } from '../main/contract/target';
import { copyText } from './clipboard';
import type { TableColumn } from './parts/columns';
import type { MenuItem } from './parts/menu';
import { useLayout } from './stores/layout';
import { useMachine } from './stores/machine';
import { useSelection } from './stores/selection';
import { useSource } from './stores/source';

export interface KernelObject {
  kind: 'sync' | 'mqueue';
  id: number;
}

/** Copies a row's cells, parted by tabs as spreadsheets take them. */
export function copyItem(cells: readonly (string | number)[]): MenuItem {
  return { label: 'Copy', run: () => copyText(cells.join('\t')) };
}

/** Copies a row of a table as its columns show it. */
export function copyRow<Row>(columns: readonly TableColumn<Row>[], row: Row): MenuItem {
  return copyItem(columns.map((column) => column.text?.(row) ?? column.value(row) ?? ''));
}

/** Shows where a call frame is in the source. */
export function revealItems(frame: Frame | null): MenuItem[] {
  if (frame === null || frame.file === null) return [];
  return [{ label: 'Reveal in source', run: () => useSource().revealFrame(frame) }];
}

/** The semaphore, mutex or queue and the like that a task waits for; null when it waits for no such thing. */
export function waitedObject({ waitsFor }: TaskSnapshot): KernelObject | null {
  if (waitsFor === null || waitsFor.id === null) return null;
  const { kind, id } = waitsFor;
  if (kind === 'mqueue') return { kind, id };
  return useMachine().sync.some((object) => object.id === id) ? { kind: 'sync', id } : null;
}

/** Selects what a task waits for, in its own pane. */
export function waitsForItems(task: TaskSnapshot): MenuItem[] {
  const object = waitedObject(task);
  return object === null ? [] : [{ label: 'Show what it waits for', run: () => showObject(object) }];
}

/** Selects a task, in the Tasks pane. */
export function selectTaskItem(label: string, pid: number | undefined): MenuItem[] {
  if (pid === undefined || !useMachine().tasks.some((task) => task.pid === pid)) return [];
  return [{ label, run: () => showTask(pid) }];
}

/** Selects a task and brings the Tasks pane to the front. */
export function showTask(pid: number): void {
  useSelection().task = pid;
  useLayout().show('tasks');
}

/** Selects a kernel object and brings its pane to the front. */
export function showObject({ kind, id }: KernelObject): void {
  useSelection()[kind] = id;
  useLayout().show(kind === 'sync' ? 'sync' : 'mqueues');
}

/** Selects a CONFIG_ option, in the Configuration pane. */
export function showOption(name: string): void {
  useSelection().option = name;
  useLayout().show('configuration');
}
