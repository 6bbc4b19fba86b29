import type { DockviewApi, SerializedDockview } from 'dockview-vue';
import { defineStore } from 'pinia';
import { arrangePanes, neighbours, paneTitles, type PaneId } from '../layout';
import { load, save } from '../persistence';
import { useDialogs } from './dialogs';

const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);

/** Where the panes are. */
export const useLayout = defineStore('layout', () => {
  let api: DockviewApi | undefined;
  /** The pane that the focus is on its way to. */
  let focusing: PaneId | null = null;

  /** Takes the dock over once it is on screen, with the layout of the last session. */
  function attach(dock: DockviewApi): void {
    api = dock;
    // The landmark that carries a pane's name is the pane; the group around its tab bears the same name.
    dock.onDidAddGroup((group) => group.element.setAttribute('role', 'group'));
    const kept = load<SerializedDockview>('layout');
    try {
      // Another version wrote it when it has panes that this one does not know.
      if (kept !== null && Object.keys(kept.panels).every((id) => id in paneTitles)) dock.fromJSON(kept);
      else arrangePanes(dock);
    } catch {
      reset();
    }
    dock.onDidLayoutChange(() => save('layout', dock.toJSON()));
  }

  /** Puts every pane back to where it is at first. */
  function reset(): void {
    if (api === undefined) return;
    api.clear();
    arrangePanes(api);
  }

  /** Brings a pane to the front without moving the focus; opens it when it was closed. */
  function show(id: PaneId): void {
    if (api === undefined) return;
    const panel = api.getPanel(id);
    if (panel !== undefined) return panel.api.setActive();
    const beside = neighbours(id).find((other) => api!.getPanel(other) !== undefined) ?? api.panels[0]?.id;
    api.addPanel({
      id,
      component: 'pane',
      title: paneTitles[id],
      ...(beside === undefined ? {} : { position: { referencePanel: beside, direction: 'within' } }),
    });
  }

  /** Brings a pane to the front and moves the focus into it. */
  async function focus(id: PaneId): Promise<void> {
    show(id);
    focusing = id;
    // The dock shows what was behind another tab in its next frame; by the one after, a palette has given back the focus.
    await nextFrame();
    await nextFrame();
    if (focusing !== id) return;
    focusing = null;
    if (useDialogs().open !== null) return;
    const pane = document.querySelector<HTMLElement>(`[data-pane="${id}"]`);
    // What a pane marks, else the pane itself: from there Tab goes on to its first control.
    (pane?.querySelector<HTMLElement>('[data-autofocus]') ?? pane)?.focus();
  }

  /** Moves the focus to the next pane on screen, or to the one before. */
  function focusNext(step: 1 | -1): void {
    const shown: string[] = api?.groups.flatMap(({ activePanel }) => activePanel?.id ?? []) ?? [];
    const current = document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset['pane'];
    const index = shown.indexOf(focusing ?? current ?? api?.activePanel?.id ?? '');
    const next = shown[(index + step + shown.length) % shown.length];
    if (next !== undefined) void focus(next as PaneId);
  }

  /** Takes the active pane out of the dock, to lie above it. */
  function float(): void {
    if (api?.activePanel !== undefined) api.addFloatingGroup(api.activePanel);
  }

  /** Gives the whole dock to the active pane, or gives it back. */
  function toggleMaximized(): void {
    if (api?.hasMaximizedGroup() === true) api.exitMaximizedGroup();
    else if (api?.activePanel !== undefined) api.maximizeGroup(api.activePanel);
  }

  /** Closes the active pane; {@link show} brings it back. */
  function closeActive(): void {
    api?.activePanel?.api.close();
  }

  /** Sets what a pane's tab says. */
  function setTitle(id: PaneId, title: string): void {
    api?.getPanel(id)?.api.setTitle(title);
  }

  return { attach, reset, show, focus, focusNext, float, toggleMaximized, closeActive, setTitle };
});
