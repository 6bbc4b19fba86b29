import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { useMachine } from './machine';

/** The selected task, semaphore and queue, the same in every pane. */
export const useSelection = defineStore('selection', () => {
  const machine = useMachine();
  const task = ref<number | null>(null);
  const semaphore = ref<number | null>(null);
  const mqueue = ref<number | null>(null);

  /** The task that the Source and Call stack panes follow: the selected one, else the one that runs. */
  const followed = computed(
    () =>
      machine.tasks.find(({ pid }) => pid === task.value) ??
      machine.tasks.find(({ stateClass }) => stateClass === 'running') ??
      null,
  );

  function clear(): void {
    task.value = semaphore.value = mqueue.value = null;
  }

  return { task, semaphore, mqueue, followed, clear };
});
