import { defineStore } from 'pinia';
import { computed, ref, watchEffect } from 'vue';
import { load, save } from '../persistence';

type Theme = 'dark' | 'light';

/** Dark or light: the operating system's choice until the person makes one. */
export const useTheme = defineStore('theme', () => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const systemTheme = ref<Theme>(system.matches ? 'dark' : 'light');
  system.addEventListener('change', () => (systemTheme.value = system.matches ? 'dark' : 'light'));

  const chosen = ref<Theme | null>(load<Theme>('theme'));
  const theme = computed(() => chosen.value ?? systemTheme.value);

  // Before anything that reads the colours from the document (the terminal does) is told of the change.
  watchEffect(
    () => {
      document.documentElement.classList.toggle('dark', theme.value === 'dark');
      document.documentElement.style.colorScheme = theme.value;
    },
    { flush: 'sync' },
  );

  function choose(next: Theme | null): void {
    chosen.value = next;
    save('theme', next);
  }

  function toggle(): void {
    choose(theme.value === 'dark' ? 'light' : 'dark');
  }

  return { theme, chosen, choose, toggle };
});
