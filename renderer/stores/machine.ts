import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { MqueueSnapshot, RunState, SemaphoreSnapshot, Snapshot, TaskSnapshot } from '../../main/contract/target';
import { compareWith, nextStops, type Stops } from '../changes';

/** Numbers of a running machine are redrawn ten times a second at most. */
const REDRAW_MS = 100;

/** The target as its latest snapshot shows it, and what changed since the stop before. */
export const useMachine = defineStore('machine', () => {
  const snapshot = shallowRef<Snapshot | null>(null);
  const stops = shallowRef<Stops>({ last: null, previous: null });
  /** Names of all tasks seen since boot, those that have exited too: the event log still speaks of them. */
  const taskNames = shallowRef<ReadonlyMap<number, string>>(new Map());

  let held: Snapshot | null = null;
  let shownAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function receive(next: Snapshot): void {
    const wait = next.runState === 'running' ? shownAt + REDRAW_MS - performance.now() : 0;
    if (wait <= 0) return show(next);
    held = next;
    timer ??= setTimeout(() => held && show(held), wait);
  }

  function show(next: Snapshot): void {
    clearTimeout(timer);
    timer = undefined;
    held = null;
    shownAt = performance.now();
    const known = snapshot.value?.generation === next.generation ? taskNames.value : [];
    taskNames.value = new Map([...known, ...next.tasks.map((task) => [task.pid, task.name] as const)]);
    stops.value = nextStops(stops.value, next);
    snapshot.value = next;
  }

  const runState = computed<RunState>(() => snapshot.value?.runState ?? 'empty');
  const tasks = computed<TaskSnapshot[]>(() => snapshot.value?.tasks ?? []);
  const semaphores = computed<SemaphoreSnapshot[]>(() => snapshot.value?.semaphores ?? []);
  const mqueues = computed<MqueueSnapshot[]>(() => snapshot.value?.mqueues ?? []);

  const semaphoreNames = computed<ReadonlyMap<number, string>>(
    () => new Map(semaphores.value.map((semaphore) => [semaphore.address, semaphore.label])),
  );

  const before = computed(() => (runState.value === 'running' ? undefined : (stops.value.previous ?? undefined)));
  const taskChanged = computed(() => compareWith(before.value?.tasks, (task) => task.pid));
  const semaphoreChanged = computed(() => compareWith(before.value?.semaphores, (semaphore) => semaphore.id));
  const mqueueChanged = computed(() => compareWith(before.value?.mqueues, (queue) => queue.id));

  return {
    snapshot,
    runState,
    tasks,
    semaphores,
    mqueues,
    taskNames,
    semaphoreNames,
    taskChanged,
    semaphoreChanged,
    mqueueChanged,
    receive,
  };
});
