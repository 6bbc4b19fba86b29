import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { useMachine } from './machine';

/** What is selected, the same in every pane. */
export const useSelection = defineStore('selection', () => {
  const machine = useMachine();
  const task = ref<number | null>(null);
  const sync = ref<number | null>(null);
  const mqueue = ref<number | null>(null);
  /** A moment: the number of an event of the log. */
  const event = ref<number | null>(null);
  /** Name of a CONFIG_ option. */
  const option = ref<string | null>(null);

  /** The task that the Source and Call stack panes follow: the selected one, else the one that runs. */
  const followed = computed(
    () =>
      machine.tasks.find(({ pid }) => pid === task.value) ??
      machine.tasks.find(({ stateClass }) => stateClass === 'running') ??
      null,
  );

  function clear(): void {
    task.value = sync.value = mqueue.value = event.value = option.value = null;
  }

  return { task, sync, mqueue, event, option, followed, clear };
});
