import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Control, DeviceSnapshot, Register } from '../../main/contract/board';
import type {
  ArpSnapshot,
  InterfaceSnapshot,
  LinkSnapshot,
  NetworkSnapshot,
  RouteSnapshot,
} from '../../main/contract/network';
import type { MqueueSnapshot, SyncSnapshot, ThreadSignals, TimerSnapshot } from '../../main/contract/objects';
import type { RetainedStatus, RunState, RuntimeWarning, Snapshot, TaskSnapshot } from '../../main/contract/target';
import { compareWith, nextStops, type Stops } from '../changes';

/** Numbers of a running machine are redrawn ten times a second at most. */
const REDRAW_MS = 100;

/** Ids of timers are unique within their kind. */
export const timerKey = ({ kind, id }: TimerSnapshot): string => `${kind} ${id}`;

/** A register or a control, and whose it is. */
export type Of<T> = T & { device: string };

const registersOf = (devices: readonly DeviceSnapshot[]): Of<Register>[] =>
  devices.flatMap(({ name, registers }) => registers.map((register) => ({ ...register, device: name })));
const controlsOf = (devices: readonly DeviceSnapshot[]): Of<Control>[] =>
  devices.flatMap(({ name, controls }) => controls.map((control) => ({ ...control, device: name })));
export const registerKey = ({ device, name }: Of<Register>): string => `${device} ${name}`;
export const controlKey = (control: Of<Control>): string =>
  `${control.device} ${control.type} ${'channel' in control ? control.channel : control.label}`;

export const arpKey = (entry: ArpSnapshot): string => `${entry.interface} ${entry.address}`;
export const routeKey = (route: RouteSnapshot): string =>
  `${route.destination}/${route.netmask} ${route.interface} ${route.kind}`;

/** One way over a link. */
export interface LinkWay extends Omit<LinkSnapshot, 'counts'> {
  way: 0 | 1;
  counts: Record<string, number>;
}
const waysOf = (links: readonly LinkSnapshot[]): LinkWay[] =>
  links.flatMap((link) => ([0, 1] as const).map((way) => ({ ...link, way, counts: link.counts[way] })));
export const wayKey = ({ id, way }: LinkWay): string => `${id} ${way}`;

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
    taskNames.value = new Map([
      ...known,
      ...[...next.tasks, ...next.retained].map(({ pid, name }) => [pid, name] as const),
    ]);
    stops.value = nextStops(stops.value, next);
    snapshot.value = next;
  }

  /** The boards that run together, when they are several. */
  const boards = computed(() => {
    const all = snapshot.value?.boards ?? [];
    return all.length > 1 ? all : [];
  });
  const runState = computed<RunState>(() => snapshot.value?.runState ?? 'empty');
  const tasks = computed<TaskSnapshot[]>(() => snapshot.value?.tasks ?? []);
  const retained = computed<RetainedStatus[]>(() => snapshot.value?.retained ?? []);
  const sync = computed<SyncSnapshot[]>(() => snapshot.value?.sync ?? []);
  const mqueues = computed<MqueueSnapshot[]>(() => snapshot.value?.mqueues ?? []);

  const timers = computed<TimerSnapshot[]>(() => snapshot.value?.timers ?? []);
  const signals = computed<ThreadSignals[]>(() => snapshot.value?.signals ?? []);
  const devices = computed<DeviceSnapshot[]>(() => snapshot.value?.board.devices ?? []);
  const registers = computed(() => registersOf(devices.value));
  const network = computed<NetworkSnapshot | null>(() => snapshot.value?.network ?? null);
  const ways = computed(() => waysOf(network.value?.links ?? []));
  const packets = computed(() => network.value?.packets ?? 0);
  const warnings = computed<RuntimeWarning[]>(() => snapshot.value?.warnings ?? []);

  const syncNames = computed<ReadonlyMap<number, string>>(
    () => new Map(sync.value.map((object) => [object.address, object.label])),
  );

  const before = computed(() => (runState.value === 'running' ? undefined : (stops.value.previous ?? undefined)));
  const taskChanged = computed(() => compareWith(before.value?.tasks, (task) => task.pid));
  const syncChanged = computed(() => compareWith(before.value?.sync, (object) => object.id));
  const mqueueChanged = computed(() => compareWith(before.value?.mqueues, (queue) => queue.id));
  const timerChanged = computed(() => compareWith(before.value?.timers, timerKey));
  const devicesBefore = computed(() => before.value?.board.devices);
  const registerChanged = computed(() =>
    compareWith(devicesBefore.value && registersOf(devicesBefore.value), registerKey),
  );
  const controlChanged = computed(() =>
    compareWith(devicesBefore.value && controlsOf(devicesBefore.value), controlKey),
  );
  const networkBefore = computed(() => before.value?.network);
  const ptpBefore = computed(() => before.value?.ptp);
  const interfaceChanged = computed(() =>
    compareWith(networkBefore.value?.interfaces, ({ index }: InterfaceSnapshot) => index),
  );
  const socketChanged = computed(() => compareWith(networkBefore.value?.sockets, ({ id }) => id));
  const arpChanged = computed(() => compareWith(networkBefore.value?.arp, arpKey));
  const routeChanged = computed(() => compareWith(networkBefore.value?.routes, routeKey));
  const wayChanged = computed(() => compareWith(networkBefore.value && waysOf(networkBefore.value.links), wayKey));
  const signalsChanged = computed(() => compareWith(before.value?.signals, (thread) => thread.pid));

  return {
    snapshot,
    boards,
    runState,
    tasks,
    retained,
    sync,
    mqueues,
    timers,
    signals,
    devices,
    registers,
    network,
    ways,
    packets,
    warnings,
    taskNames,
    syncNames,
    taskChanged,
    syncChanged,
    mqueueChanged,
    timerChanged,
    signalsChanged,
    interfaceChanged,
    socketChanged,
    arpChanged,
    routeChanged,
    wayChanged,
    networkBefore,
    ptpBefore,
    registerChanged,
    controlChanged,
    receive,
  };
});
