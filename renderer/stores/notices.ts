import { defineStore } from 'pinia';
import { ref } from 'vue';

export interface Notice {
  id: number;
  text: string;
}

/** What went wrong, kept on screen until the person dismisses it. */
export const useNotices = defineStore('notices', () => {
  const notices = ref<Notice[]>([]);
  let nextId = 0;

  /** Shows a notice; one that is on screen already is not shown twice. */
  function add(text: string): void {
    if (notices.value.some((notice) => notice.text === text)) return;
    notices.value.push({ id: nextId++, text });
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  return { notices, add, dismiss };
});
