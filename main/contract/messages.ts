/**
 * Everything that crosses between the host and a renderer, over a MessagePort (Electron) or a WebSocket (browser).
 * A renderer sends requests, the host answers each with a response of the same id and, unasked, sends events.
 * Both sides parse what they receive with these schemas before they look at it.
 */
import { z } from 'zod';
import { boardMethods } from './board';
import { BuildProgress, ConfigValue, Problem, ProjectInfo, RecentProject } from './project';
import { fileMethods } from './files';
import { hostNetworkEvents, hostNetworkMethods, linkMethods, packetMethods } from './network';
import { labMethods } from './lab';
import { SignalEvent } from './objects';
import { ptpMethods } from './ptp';
import { serialEvents, serialMethods } from './serial';
import { Frame, NoteType, Snapshot } from './target';

const nothing = z.object({});
const path = z.string().min(1).max(4096);

export const BoardInfo = z.object({ name: z.string(), title: z.string(), description: z.string() });
export const DemoInfo = z.object({ name: z.string(), title: z.string(), description: z.string(), path: z.string() });

export const Hello = z.object({
  version: z.string(),
  /** Which shell this is; Electron has a native folder dialog, the browser shell lists folders with `listFolder`. */
  shell: z.enum(['electron', 'browser']),
  home: z.string(),
  boards: z.array(BoardInfo),
  demos: z.array(DemoInfo),
  recent: z.array(RecentProject),
  noteTypes: z.array(NoteType),
  /** System calls by number, and the names of their arguments: what an event's argument `call` stands for. */
  calls: z.array(NoteType).default([]),
  /** Names of the target's error numbers: what a negative result of a system call stands for. */
  errors: z.record(z.string(), z.int()).default({}),
});
export type Hello = z.infer<typeof Hello>;

export const StepUnit = z.enum(['tick', 'event', 'switch']);
export type StepUnit = z.infer<typeof StepUnit>;

/** Every request: the schema of its parameters and of its result. */
export const methods = {
  /** First request of a renderer; afterwards the host sends it the current state as events. */
  hello: { params: nothing, result: Hello },
  /** Opens a folder as a project, builds it and boots it. A project that does not build leaves the previous one. */
  openProject: { params: z.object({ path }), result: z.object({ ok: z.boolean() }) },
  /** Shows the shell's folder dialog. Null when the person cancels; only in Electron. */
  chooseFolder: { params: nothing, result: z.object({ path: z.string().nullable() }) },
  listFolder: {
    params: z.object({ path: z.string().max(4096) }),
    result: z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(z.string()),
      /** It holds C files, a Makefile or a tickscope.json. */
      isProject: z.boolean(),
    }),
  },
  /** Reads the project again, compiles what changed and boots it. */
  build: { params: nothing, result: z.object({ ok: z.boolean() }) },
  cancelBuild: { params: nothing, result: nothing },
  readSource: { params: z.object({ file: path }), result: z.object({ file: z.string(), text: z.string() }) },
  /** Changes one CONFIG_ option for this project until it is closed (null: back to its default), and rebuilds. */
  setConfig: {
    params: z.object({ name: z.string().regex(/^CONFIG_[A-Z0-9_]+$/), value: ConfigValue.nullable() }),
    result: z.object({ ok: z.boolean() }),
  },
  selectBoard: { params: z.object({ name: z.string() }), result: z.object({ ok: z.boolean() }) },
  /** Looks at another of the boards that run together: what is told of the target is about that one from now on. */
  selectMachine: { params: z.object({ name: z.string() }), result: nothing },
  /** Switches a board's power off; or on, and it boots, also one that has crashed. */
  setPower: { params: z.object({ board: z.string(), on: z.boolean() }), result: nothing },
  reset: { params: nothing, result: nothing },
  run: { params: nothing, result: nothing },
  pause: { params: nothing, result: nothing },
  /** Answers when the step is done; the snapshot event with the new state comes first. */
  step: { params: z.object({ unit: StepUnit, back: z.boolean() }), result: nothing },
  /** Multiple of real time, 0.1 to 1000; null is flat out. */
  setSpeed: { params: z.object({ factor: z.number().min(0.1).max(1000).nullable() }), result: nothing },
  /** Bytes typed at the board's console. */
  consoleInput: { params: z.object({ data: z.instanceof(Uint8Array) }), result: nothing },
  /** The whole call stack of one task, innermost frame first. */
  stack: { params: z.object({ pid: z.int().min(0) }), result: z.object({ frames: z.array(Frame) }) },
  /** The last thousand or so steps of signals on their way, oldest first. */
  signalTrace: { params: nothing, result: z.object({ events: z.array(SignalEvent) }) },
  ...boardMethods,
  ...fileMethods,
  ...linkMethods,
  ...packetMethods,
  ...ptpMethods,
  ...labMethods,
  ...hostNetworkMethods,
  ...serialMethods,
} as const;
export type Methods = typeof methods;
export type Method = keyof Methods;
export type Params<M extends Method> = z.infer<Methods[M]['params']>;
export type Result<M extends Method> = z.infer<Methods[M]['result']>;

/** Every unasked message: the schema of its payload. */
export const events = {
  project: ProjectInfo.nullable(),
  recent: z.array(RecentProject),
  build: BuildProgress,
  problems: z.array(Problem),
  snapshot: Snapshot,
  /**
   * A batch of the event log. `first` is the number of its first event since boot; a `first` below what was received
   * before means that the machine went back, and what was received from there on is void. `data` is as in
   * {@link NOTE_WORDS}. While the machine runs faster than a window can follow, batches may leave events out: a gap.
   */
  notes: z.object({ generation: z.int(), first: z.number(), data: z.instanceof(Uint8Array) }),
  /** Console output. `reset`: clear the screen first (after reset, load and every step back). */
  console: z.object({ reset: z.boolean(), data: z.instanceof(Uint8Array) }),
  ...serialEvents,
  ...hostNetworkEvents,
} as const;
export type Events = typeof events;
export type EventName = keyof Events;
export type Payload<E extends EventName> = z.infer<Events[E]>;

export const Request = z.object({
  id: z.int().min(0),
  method: z.enum(Object.keys(methods) as [Method, ...Method[]]),
  params: z.unknown(),
});
export type Request = z.infer<typeof Request>;

export const HostMessage = z.union([
  z.object({ id: z.int().min(0), result: z.unknown() }),
  /** What happened, where, and what to do about it. */
  z.object({ id: z.int().min(0), error: z.string() }),
  z.object({ event: z.enum(Object.keys(events) as [EventName, ...EventName[]]), payload: z.unknown() }),
]);
export type HostMessage = z.infer<typeof HostMessage>;
