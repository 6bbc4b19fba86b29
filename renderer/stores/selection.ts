import { defineStore } from 'pinia';
import { ref } from 'vue';

/** The selected task, semaphore and queue, the same in every pane. */
export const useSelection = defineStore('selection', () => {
  const task = ref<number | null>(null);
  const semaphore = ref<number | null>(null);
  const mqueue = ref<number | null>(null);

  function clear(): void {
    task.value = semaphore.value = mqueue.value = null;
  }

  return { task, semaphore, mqueue, clear };
});
