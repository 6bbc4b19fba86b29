import { defineStore } from 'pinia';
import type { Payload } from '../../main/contract/messages';
import { useHost } from './host';

/** Bytes kept for a console pane that is opened later. */
const KEPT_BYTES = 1 << 20;

export interface Screen {
  clear(): void;
  write(data: Uint8Array): void;
}

/** The board's console: what it printed, and what is typed into it. */
export const useConsole = defineStore('console', () => {
  const host = useHost();
  const screens = new Set<Screen>();
  let chunks: Uint8Array[] = [];
  let size = 0;

  function receive({ reset, data }: Payload<'console'>): void {
    if (reset) {
      chunks = [];
      size = 0;
      for (const screen of screens) screen.clear();
    }
    if (data.length === 0) return;
    chunks.push(data);
    size += data.length;
    while (size > KEPT_BYTES && chunks.length > 1) size -= chunks.shift()!.length;
    for (const screen of screens) screen.write(data);
  }

  /** Shows on a screen all that was printed and is printed from now on. Returns what detaches it. */
  function attach(screen: Screen): () => void {
    for (const chunk of chunks) screen.write(chunk);
    screens.add(screen);
    return () => screens.delete(screen);
  }

  const encoder = new TextEncoder();
  function type(text: string): void {
    void host.ask('consoleInput', { data: encoder.encode(text) });
  }

  return { receive, attach, type };
});
