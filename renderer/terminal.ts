/** A terminal in the window's colours, which fills a box. */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal, type ITheme } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { nextTick, onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue';
import { copyText } from './clipboard';
import type { MenuItem } from './parts/menu';
import { useTheme } from './stores/theme';

function colours(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: colour('--gray-1'),
    foreground: colour('--gray-12'),
    cursor: colour('--gray-12'),
    cursorAccent: colour('--gray-1'),
    selectionBackground: colour('--blue-6'),
  };
}

export interface TerminalOptions {
  /** Called with what the person types. */
  type: (text: string) => void;
  /** Called when the terminal is on screen, to have it filled; returns what ends that. */
  attach: (terminal: Terminal) => () => void;
}

/**
 * Makes a terminal for the component that calls this, and puts it into `box` once that is there. `menuItems` is a
 * context menu; call `aimMenu` before it opens.
 */
export function useTerminal(box: Readonly<Ref<HTMLElement | null>>, { type, attach }: TerminalOptions) {
  const theme = useTheme();
  const menuItems = shallowRef<MenuItem[]>([]);

  const terminal = new Terminal({
    fontFamily: '"JetBrains Mono", monospace',
    fontSize: 12,
    lineHeight: 1.25,
    // A board that prints a bare line feed still begins a new line.
    convertEol: true,
    scrollback: 10_000,
    screenReaderMode: true,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.onData(type);
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey || event.key.toUpperCase() !== 'C') return true;
    event.preventDefault();
    void copyText(terminal.getSelection());
    return false;
  });
  watch(
    () => theme.theme,
    () => (terminal.options.theme = colours()),
    { immediate: true },
  );

  function aimMenu(): void {
    menuItems.value = [
      ...(terminal.hasSelection() ? [{ label: 'Copy', run: () => copyText(terminal.getSelection()) }] : []),
      { label: 'Select all', run: () => terminal.selectAll() },
    ];
  }

  let detach: (() => void) | undefined;
  const resized = new ResizeObserver(() => {
    // Behind another tab the box has no size, and a terminal fitted to that would wrap every line.
    if (box.value !== null && box.value.clientWidth > 0) fit.fit();
  });

  onMounted(async () => {
    // The cells are measured with the font, so it has to be there.
    await Promise.all([document.fonts.load('12px "JetBrains Mono"'), nextTick()]);
    if (box.value === null) return;
    terminal.open(box.value);
    resized.observe(box.value);
    detach = attach(terminal);
  });
  onBeforeUnmount(() => {
    detach?.();
    resized.disconnect();
    terminal.dispose();
  });

  return { terminal, menuItems, aimMenu };
}
