import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Which dialog is open. */
export const useDialogs = defineStore('dialogs', () => {
  const open = ref<'palette' | 'folder' | null>(null);
  return { open };
});
