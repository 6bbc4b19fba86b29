/** The rows of a table that scrolls: only those around what is in view are in the page. */
import { useVirtualizer } from '@tanstack/vue-virtual';
import { computed, nextTick, onBeforeUnmount, ref, watch, type Ref } from 'vue';

/** Pixels, as --row of theme.css. */
const ROW_HEIGHT = 22;
/** Pixels that a character of a cell with data takes. */
export const CHARACTER_WIDTH = 7.2;

interface RowsOptions {
  count: () => number;
  /** Rows that are in the page before and behind those in view. */
  overscan: () => number;
  /** Whether the end stays in view as rows come: until the person scrolls away from it, and again when they are back. */
  following: Ref<boolean>;
  /** It has come to the front, or its size has changed. */
  resized?: () => void;
}

/** What a table with a header that sticks to the top has to bind: `scroller` is the element that scrolls. */
export function useRows({ count, overscan, following, resized }: RowsOptions) {
  const scroller = ref<HTMLElement | null>(null);
  const virtualizer = useVirtualizer(
    computed(() => ({
      count: count(),
      getScrollElement: () => scroller.value,
      estimateSize: () => ROW_HEIGHT,
      // The header covers a row's height.
      scrollPaddingStart: ROW_HEIGHT,
      overscan: overscan(),
    })),
  );
  const items = computed(() => virtualizer.value.getVirtualItems());
  const height = computed(() => `${virtualizer.value.getTotalSize()}px`);

  /** Brings a row into view, if there is one at that index. */
  function reveal(index: number, align: 'auto' | 'center' | 'end' = 'auto'): void {
    if (index >= 0 && index < count()) virtualizer.value.scrollToIndex(index, { align });
  }
  const toEnd = (): void => {
    if (following.value) reveal(count() - 1, 'end');
  };
  watch([count, following], () => void nextTick(toEnd));

  // Behind another tab it has no height and cannot scroll; it does so when it comes to the front.
  const seen = new ResizeObserver(() => {
    toEnd();
    resized?.();
  });
  watch(scroller, (now, before) => {
    if (before) seen.unobserve(before);
    if (now) seen.observe(now);
  });
  onBeforeUnmount(() => seen.disconnect());

  function onScroll(): void {
    const { scrollTop, clientHeight, scrollHeight } = scroller.value!;
    if (clientHeight > 0) following.value = scrollTop + clientHeight >= scrollHeight - ROW_HEIGHT;
  }

  /** The row that a key leads to from another, which is -1 for none; undefined: it is no such key. */
  function rowByKey(key: string, from: number): number | undefined {
    const last = count() - 1;
    const page = Math.max(1, Math.floor((scroller.value?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const targets: Record<string, number> = {
      ArrowDown: from + 1,
      ArrowUp: from - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: last,
    };
    const target = targets[key];
    return target === undefined || last < 0 ? undefined : Math.min(last, Math.max(0, target));
  }

  return { scroller, items, height, reveal, onScroll, rowByKey };
}

/** The row that an event is about; undefined: it is about none. */
export function rowOfEvent(event: Event): number | undefined {
  const index = (event.target as Element).closest<HTMLElement>('[data-index]')?.dataset['index'];
  return index === undefined ? undefined : Number(index);
}

/** The row at which the pointer is, in an event of the element that holds the rows. */
export function rowAt({ currentTarget, clientY }: MouseEvent): number {
  return Math.floor((clientY - (currentTarget as Element).getBoundingClientRect().top) / ROW_HEIGHT);
}
