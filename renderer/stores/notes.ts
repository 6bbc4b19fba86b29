import { defineStore } from 'pinia';
import { computed, shallowRef, triggerRef } from 'vue';
import type { Payload } from '../../main/contract/messages';
import { appendNotes, createNoteLog, type NoteLog, type NoteNames } from '../notes';
import { useHost } from './host';
import { useMachine } from './machine';
import { useNotices } from './notices';

const KEPT_EVENTS = 20_000;

/** Batches come faster than a person reads: panes look at the log ten times a second at most. */
const REDRAW_MS = 100;

/** The tail of the kernel's event log. */
export const useNotes = defineStore('notes', () => {
  const host = useHost();
  const machine = useMachine();
  const log = shallowRef<NoteLog>(createNoteLog(KEPT_EVENTS));
  let scheduled = false;
  let shownAt = -Infinity;

  const names = computed<NoteNames>(() => ({
    types: new Map(host.hello?.noteTypes.map((type) => [type.id, type])),
    calls: new Map(host.hello?.calls.map((call) => [call.id, call])),
    errors: new Map(Object.entries(host.hello?.errors ?? {}).map(([name, number]) => [number, name])),
    tasks: machine.taskNames,
    objects: machine.syncNames,
  }));

  function receive(batch: Payload<'notes'>): void {
    try {
      appendNotes(log.value, batch);
    } catch (error) {
      useNotices().add(`The event log is incomplete: ${error instanceof Error ? error.message : String(error)}.`);
    }
    if (scheduled) return;
    scheduled = true;
    setTimeout(
      () => {
        scheduled = false;
        shownAt = performance.now();
        triggerRef(log);
      },
      Math.max(0, shownAt + REDRAW_MS - performance.now()),
    );
  }

  return { log, names, receive };
});
