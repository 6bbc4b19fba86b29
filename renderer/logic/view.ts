import { computed, ref, watch } from 'vue';
import { useMachine } from '../stores/machine';
import { endingAt, fitting, pan, showing, zoom, type Span } from './scale';

/**
 * The span of virtual time that a pane shows: it follows the running boards, until the person looks at another time.
 *
 * @param first what is shown at first
 * @param middle the moment that stays where it is when a person zooms and it is on screen; null: none
 * @param now undefined: before the first snapshot
 */
export function useTimeView(first: Span, middle: () => number | null, now: () => number | undefined) {
  const machine = useMachine();
  const nowNs = computed(() => now() ?? 0);
  const span = ref<Span>(first);
  const following = ref(true);

  // Now comes near the right edge: with more room when the machine stands, so that not every step moves the picture.
  watch([nowNs, following], () => {
    const { from, to } = span.value;
    if (!following.value || (nowNs.value <= to && nowNs.value >= from)) return;
    const room = (to - from) * (machine.runState === 'running' ? 0.02 : 0.25);
    span.value = endingAt(span.value, nowNs.value + room);
  });

  function zoomAt(atNs: number, factor: number): void {
    span.value = zoom(span.value, atNs, factor);
    if (nowNs.value > span.value.to) following.value = false;
  }
  /** Around that moment when it is on screen, else around now when that is followed, else around the middle. */
  function zoomBy(factor: number): void {
    const { from, to } = span.value;
    const seen = (ns: number | null): ns is number => ns !== null && ns >= from && ns <= to;
    const chosen = middle();
    zoomAt(seen(chosen) ? chosen : following.value && seen(nowNs.value) ? nowNs.value : (from + to) / 2, factor);
  }
  function panBy(ns: number): void {
    span.value = pan(span.value, ns);
    if (ns < 0 || nowNs.value > span.value.to) following.value = false;
  }
  function fit(): void {
    span.value = fitting(nowNs.value);
  }
  function reveal(ns: number): void {
    if (ns < span.value.from || ns > span.value.to) following.value = false;
    span.value = showing(span.value, ns);
  }

  return { nowNs, span, following, zoomAt, zoomBy, panBy, fit, reveal };
}
