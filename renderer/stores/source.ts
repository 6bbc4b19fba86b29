import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Frame } from '../../main/contract/target';
import { useHost } from './host';
import { useLayout } from './layout';

export interface SourceFile {
  path: string;
  text: string;
}

/** A place to scroll to; lines and columns count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** The source files that are open, and the place shown last. */
export const useSource = defineStore('source', () => {
  const host = useHost();
  const layout = useLayout();
  const files = shallowRef<SourceFile[]>([]);
  const activePath = ref<string | null>(null);
  const place = shallowRef<Place | null>(null);
  const active = computed(() => files.value.find((file) => file.path === activePath.value) ?? null);

  /** Opens a file (or goes to it), at a line when one is given, without taking the person to the Source pane. */
  async function open(file: string, line?: number | null, column?: number | null): Promise<void> {
    if (!files.value.some((other) => other.path === file)) {
      const source = await host.ask('readSource', { file });
      if (source === undefined) return;
      if (!files.value.some((other) => other.path === file)) {
        files.value = [...files.value, { path: file, text: source.text }];
      }
    }
    activePath.value = file;
    if (typeof line === 'number') place.value = { file, line, column: column ?? 1 };
  }

  /** Opens a file at a place and brings the Source pane to the front. */
  async function reveal(file: string, line?: number | null, column?: number | null): Promise<void> {
    await open(file, line, column);
    layout.show('source');
  }

  /** Brings the place of a call frame to the front; frames without a line have none. */
  function revealFrame(frame: Frame): void {
    if (frame.file !== null) void reveal(frame.file, frame.line);
  }

  /** Reads every open file again; one that has gone is closed. */
  async function reload(): Promise<void> {
    const paths = files.value.map((file) => file.path);
    const read = await Promise.all(paths.map((file) => host.ask('readSource', { file })));
    const texts = new Map(paths.map((path, i) => [path, read[i]?.text]));
    files.value = files.value.flatMap(({ path, text }) => {
      const next = texts.has(path) ? texts.get(path) : text;
      return next === undefined ? [] : [{ path, text: next }];
    });
    if (active.value === null) activePath.value = files.value.at(-1)?.path ?? null;
  }

  function close(path: string): void {
    const index = files.value.findIndex((file) => file.path === path);
    files.value = files.value.filter((file) => file.path !== path);
    if (activePath.value === path)
      activePath.value = files.value[Math.min(index, files.value.length - 1)]?.path ?? null;
  }

  function closeAll(): void {
    files.value = [];
    activePath.value = null;
    place.value = null;
  }

  return { files, activePath, active, place, open, reveal, revealFrame, reload, close, closeAll };
});
