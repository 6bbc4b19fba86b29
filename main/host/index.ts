/** The host: one session, its project and its toolchain, for whichever shell shows it. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { boards } from '../../boards/board';
import { demos } from '../../boards/demos';
import { Errno } from '../../kernel/errno';
import { noteTypes } from '../../kernel/note/note';
import { systemCalls } from '../../kernel/syscall';
import type { EventName, Hello, Method, Params, Payload, Result } from '../contract/messages';
import type { NoteType } from '../contract/target';
import type { PacketMethod } from '../machine/packet-desk';
import type { RemoteSession } from '../machine/protocol';
import type { PtpMethod } from '../machine/ptp/desk';
import { startSession } from '../machine/remote';
import { noteLabels } from '../machine/snapshot';
import { HostNetworks } from '../net';
import { networkHandlers } from '../net/handlers';
import { Serial } from '../serial';
import { defined } from '../toolchain/bench-file';
import { OpenProject } from './open-project';
import { RecentProjects } from './recent';
import type { Host, HostListener, HostOptions } from './types';

type Handlers = { [M in Method]: (params: Params<M>) => Promise<Result<M>> | Result<M> };

/** Files that make a folder worth opening. */
const PROJECT_FILE = /\.c$|^Makefile$|^tickscope\.json$/;

/** Starts the machine's thread; the compiler's start when something is built. */
export function createHost(options: HostOptions): Host {
  const listeners = new Set<HostListener>();
  const emit = <E extends EventName>(event: E, payload: Payload<E>): void => {
    for (const listener of listeners) listener(event, payload);
  };

  const { session, close } = startSession((message) => {
    if (message.event === 'uartLines') void serial.uarts.setLines(message.payload);
    else if (message.event === 'uartOutput') serial.uarts.output(message.payload.uart, message.payload.data);
    else if (message.event === 'netPorts') void networks.setPorts(message.payload);
    else if (message.event === 'netOutput') networks.output(message.payload.port, message.payload.frames);
    else if (message.event === 'netNews') networks.tell(message.payload);
    else emit(message.event, message.payload as never);
  });
  const demoFolder = join(options.resources, 'boards', 'demos');
  const recent = new RecentProjects(options.stateDir, (path) => dirname(path) === demoFolder);
  const project = new OpenProject({ ...options, session, emit, isDemo: (path) => dirname(path) === demoFolder });

  const serial = new Serial({
    stateDir: options.stateDir,
    emit,
    board: {
      feed: (uart, bytes) => session.feed(uart, bytes),
      taken: (uart, count) => void session.taken(uart, count).catch(() => undefined),
    },
  });

  const networks = new HostNetworks({
    feed: (port, frames) => void session.feedPort(port, frames).catch(() => undefined),
    join: (port, on) => session.joinPort(port, on),
    onChange: () => emit('hostPorts', networks.list()),
  });

  const openProject = async (path: string): Promise<boolean> => {
    const ok = await project.open(resolve(path));
    if (project.info) {
      await recent.add(project.info);
      emit('recent', await recent.list());
    }
    return ok;
  };

  const handlers: Handlers = {
    hello: async (): Promise<Hello> => {
      // The state follows the answer, for a window that came late.
      setImmediate(() => void tellAll());
      return {
        version: options.version,
        shell: options.shell,
        home: homedir(),
        boards: boards.map(({ name, title, description }) => ({ name, title, description })),
        demos: demos.map((demo) => ({ ...demo, path: join(demoFolder, demo.name) })),
        recent: await recent.list(),
        noteTypes: noteTypes.map(({ name, args }, id) => ({ id, name, args: [...args], labels: noteLabels })),
        calls: systemCalls.map(callType),
        errors: Errno,
      };
    },
    openProject: async ({ path }) => ({ ok: await openProject(path) }),
    chooseFolder: async () => ({ path: (await options.chooseFolder?.()) ?? null }),
    listFolder: ({ path }) => listFolder(path),
    build: async () => ({ ok: await project.build() }),
    cancelBuild: () => {
      project.cancelBuild();
      return {};
    },
    readSource: ({ file }) => project.readSource(file),
    setConfig: async ({ name, value }) => ({ ok: await project.setConfig(name, value) }),
    selectBoard: async ({ name }) => ({ ok: await project.selectBoard(name) }),
    selectMachine: ({ name }) => done(session.selectMachine(name)),
    setPower: ({ board, on }) => done(session.input({ board, power: on })),
    reset: () => done(session.reset()),
    run: () => done(session.run()),
    pause: () => done(session.pause()),
    step: ({ unit, back }) => done(session.step(unit, back)),
    setSpeed: ({ factor }) => done(session.setSpeed(factor)),
    consoleInput: ({ data }) => done(session.input({ device: 'console', value: { type: 'bytes', bytes: data } })),
    stack: async ({ pid }) => ({ frames: await session.stack(pid) }),
    signalTrace: async () => ({ events: await session.signalTrace() }),
    deviceInput: (input) => done(session.input(input)),
    watch: ({ expression, on }) => done(session.watch(expression, on)),
    variables: async () => ({ names: await session.variables() }),
    waves: async ({ ids, from, to, points }) => ({ waves: await session.waveSpans(ids, from, to, points) }),
    waveChange: async ({ id, at, back }) => ({ change: await session.waveChange(id, at, back) }),
    fileTree: () => session.fileTree(),
    filePiece: ({ path, offset, length }) => session.filePiece(path, offset, length),
    setLink: ({ link, settings }) => done(session.input({ link, settings: defined(settings) })),
    setSwitch: ({ switch: name, ptp }) => done(session.input({ switch: name, settings: { ptp: defined(ptp) } })),
    plugPort: (input) => done(session.input(input)),
    ...packetHandlers(session),
    ...ptpHandlers(session),
    labScenarios: () => project.labScenarios(),
    runLab: async ({ file, seed }) => {
      await project.startLab(file, seed);
      return done(session.run());
    },
    stopLab: () => done(session.stopLab()),
    labResult: async () => ({ json: await session.labResult() }),
    ...serial.handlers,
    ...networkHandlers(networks, { stateDir: options.stateDir, inputLog: () => session.inputLog() }),
  };

  async function tellAll(): Promise<void> {
    project.tell();
    emit('recent', await recent.list());
    await serial.tell();
    emit('hostPorts', networks.list());
    await session.refresh();
  }

  return {
    handle: async (method, params) => handlers[method](params),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: async (path) => {
      const last = (await recent.list()).find((project) => existsSync(project.path))?.path;
      await openProject(path ?? last ?? join(demoFolder, demos[0]!.name));
    },
    close: async () => {
      listeners.clear();
      await Promise.all([project.close(), serial.close(), networks.close(), close()]);
    },
  };
}

/** The machine's thread has the packets, and decodes them. */
function packetHandlers(session: RemoteSession): Pick<Handlers, PacketMethod> {
  const ask =
    <M extends PacketMethod>(method: M) =>
    (params: Params<M>) =>
      session.packetRequest(method, params) as Promise<Result<M>>;
  return {
    packets: ask('packets'),
    packet: ask('packet'),
    packetPlace: ask('packetPlace'),
    packetOfEvent: ask('packetOfEvent'),
    followStream: ask('followStream'),
    packetFields: ask('packetFields'),
    savePackets: ask('savePackets'),
    openPackets: ask('openPackets'),
  };
}

/** So it has what the clocks have logged. */
function ptpHandlers(session: RemoteSession): Pick<Handlers, PtpMethod> {
  const ask =
    <M extends PtpMethod>(method: M) =>
    (params: Params<M>) =>
      session.ptpRequest(method, params) as Promise<Result<M>>;
  return {
    ptpClock: ask('ptpClock'),
    ptpSeries: ask('ptpSeries'),
    ptpStatistics: ask('ptpStatistics'),
    ptpStates: ask('ptpStates'),
    ptpMessages: ask('ptpMessages'),
    exportPtp: ask('exportPtp'),
  };
}

async function done(answer: Promise<unknown>): Promise<Record<string, never>> {
  await answer;
  return {};
}

/** Argument names of a system call, from its prototype. */
function callType({ name, prototype }: (typeof systemCalls)[number], id: number): NoteType {
  const list = prototype.slice(prototype.indexOf('(') + 1, -1);
  const args = list.split(',').map((parameter) => /(\w+)(?:\[\])?$/.exec(parameter.trim())?.[1] ?? '');
  return { id, name, args: args.filter((arg) => arg !== '' && arg !== 'void') };
}

async function listFolder(path: string): Promise<Result<'listFolder'>> {
  const folder = path === '' ? homedir() : path;
  if (!isAbsolute(folder)) throw new Error(`"${folder}" is no absolute path. Give one from the root on.`);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    const why: Record<string, string> = {
      ENOENT: 'there is no such folder',
      ENOTDIR: 'it is no folder',
      EACCES: 'you may not read it',
    };
    throw new Error(`Cannot list ${folder}: ${why[error.code ?? ''] ?? error.message}.`);
  });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const parent = dirname(folder);
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    folders: folders.sort((a, b) => a.localeCompare(b)),
    isProject: entries.some((entry) => entry.isFile() && PROJECT_FILE.test(entry.name)),
  };
}
