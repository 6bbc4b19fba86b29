/** Real serial devices: which there are, how they are set, and the terminals on them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EventName, Payload } from '../contract/messages';
import type { serialMethods, SerialDevice, SerialSettings } from '../contract/serial';
import type { z } from 'zod';
import { type FoundDevice, listDevices, watchDevices } from './devices';
import { SerialTerminal } from './line';
import { type Remembered, SerialMemory } from './memory';
import { Uarts, type UartsOptions } from './uarts';

type Methods = typeof serialMethods;
export type SerialHandlers = {
  [M in keyof Methods]: (
    params: z.infer<Methods[M]['params']>,
  ) => Promise<z.infer<Methods[M]['result']>> | z.infer<Methods[M]['result']>;
};

const DEFAULTS: SerialSettings = {
  ...{ baudRate: 115200, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none', dtr: true, rts: true },
};
/** The state is sent at most so often. */
const TELL_MS = 50;

export interface SerialOptions {
  stateDir: string;
  emit: <E extends EventName>(event: E, payload: Payload<E>) => void;
  /** Lists what is plugged in. */
  list?: typeof listDevices;
  /** Ways to the UARTs of the board. */
  board: Pick<UartsOptions, 'feed' | 'taken'>;
}

export class Serial {
  private found: FoundDevice[] = [];
  private hint: string | null = null;
  private readonly memory: SerialMemory;
  readonly uarts: Uarts;
  private readonly lines = new Map<string, SerialTerminal>();
  private stopWatching: (() => void) | null = null;
  private telling: NodeJS.Timeout | undefined;
  private readonly news = new Set<'serial' | 'uarts'>();

  constructor(private readonly options: SerialOptions) {
    this.memory = new SerialMemory(options.stateDir);
    this.uarts = new Uarts({ ...options.board, onChange: () => this.changed('uarts') });
  }

  readonly handlers: SerialHandlers = {
    serialRefresh: async () => {
      await this.refresh();
      this.stopWatching ??= watchDevices(() => void this.refresh());
      return {};
    },
    serialAttach: async ({ path }) => ({ device: await this.attach(path) }),
    serialDetach: async ({ device }) => {
      const line = this.lineOf(device);
      const uart = this.uarts.bridgedTo(device);
      if (uart !== null) this.uarts.bridge(uart, null);
      this.lines.delete(device);
      await line.close();
      this.changed();
      return {};
    },
    serialForget: async ({ device }) => {
      if (this.lines.has(device)) throw new Error('It is attached. Detach it first.');
      await this.memory.forget(device);
      this.changed();
      return {};
    },
    serialSet: async ({ device, settings }) => {
      const known = (await this.devices()).find(({ id }) => id === device);
      if (!known) throw new Error(`There is no device ${device}.`);
      await this.memory.add({ ...known, settings });
      await this.lines.get(device)?.set(settings);
      this.changed();
      return {};
    },
    serialBreak: async ({ device }) => {
      await this.lineOf(device).sendBreak();
      return {};
    },
    serialWrite: ({ device, data }) => {
      this.lineOf(device).type(data);
      return {};
    },
    serialDiscard: ({ device }) => {
      this.lineOf(device).discard();
      return {};
    },
    serialSendFile: ({ device, name, total, offset, data }) => {
      this.lineOf(device).sendFile(name, total, offset, data);
      return {};
    },
    serialCancelFile: ({ device }) => {
      this.lineOf(device).cancelFile();
      return {};
    },
    serialLog: async ({ device, on }) => {
      const line = this.lineOf(device);
      await (on ? line.beginLog() : line.endLog());
      return {};
    },
    uartExpose: async ({ uart, as, port }) => {
      await this.uarts.expose(uart, as, port);
      return {};
    },
    uartUnexpose: async ({ uart, as }) => {
      await this.uarts.unexpose(uart, as);
      return {};
    },
    uartBridge: async ({ uart, path }) => {
      this.uarts.check(uart);
      if (path === null) this.uarts.bridge(uart, null);
      else this.bridge(uart, await this.attach(path));
      return {};
    },
  };

  /** Sends the whole state, for a window that came late. */
  async tell(): Promise<void> {
    this.options.emit('serial', { devices: await this.devices(), hint: this.hint });
    this.options.emit('uarts', this.uarts.list());
    for (const [device, line] of this.lines) {
      this.options.emit('serialData', { device, reset: true, ...line.history() });
    }
  }

  /** Closes every device and log. */
  async close(): Promise<void> {
    this.stopWatching?.();
    clearTimeout(this.telling);
    const lines = [...this.lines.values()];
    this.lines.clear();
    await Promise.all([this.uarts.close(), ...lines.map((line) => line.close())]);
    clearTimeout(this.telling);
  }

  private async attach(path: string): Promise<string> {
    const known = (await this.devices()).find((device) => device.path === path || device.id === path);
    const id = known?.id ?? path;
    if (this.lines.has(id)) return id;
    const none = { description: '', vendorId: null, productId: null, serialNumber: null };
    const device: Remembered = known ?? { id, path, ...none, settings: DEFAULTS };
    const line = new SerialTerminal({
      path: () => this.found.find((one) => one.id === id)?.path ?? device.path,
      settings: device.settings,
      logFolder: join(this.options.stateDir, 'serial-logs'),
      onChange: () => this.changed(),
      onData: (data, first) =>
        this.lines.get(id) === line && this.options.emit('serialData', { device: id, reset: false, first, data }),
      bridge: () => {
        const uart = this.uarts.bridgedTo(id);
        return uart === null ? null : (data) => this.uarts.feed(uart, data);
      },
    });
    this.lines.set(id, line);
    this.options.emit('serialData', { device: id, reset: true, first: 0, data: new Uint8Array() });
    await this.memory.add(device);
    this.changed();
    return id;
  }

  private bridge(uart: string, device: string): void {
    const other = this.uarts.bridgedTo(device);
    if (other !== null && other !== uart) {
      throw new Error(`${device} is bridged to ${other} already. Take that wire away first.`);
    }
    const line = this.lineOf(device);
    this.uarts.bridge(uart, { device, send: (data) => line.send(data) });
  }

  private lineOf(device: string): SerialTerminal {
    const line = this.lines.get(device);
    if (!line) throw new Error(`${device} is not attached. Attach it first.`);
    return line;
  }

  private async refresh(): Promise<void> {
    const { devices, hint } = await (this.options.list ?? listDevices)();
    this.found = devices;
    this.hint = hint;
    for (const line of this.lines.values()) line.tryNow();
    this.options.emit('serial', { devices: await this.devices(), hint });
  }

  /** Those plugged in, then those attached or remembered that are not listed. */
  private async devices(): Promise<SerialDevice[]> {
    const remembered = await this.memory.list();
    const line = (id: string) => this.lines.get(id)?.state() ?? null;
    const here = this.found.map((device) => ({
      ...device,
      present: true,
      settings: remembered.find(({ id }) => id === device.id)?.settings ?? DEFAULTS,
      line: line(device.id),
    }));
    // A pseudo terminal is listed nowhere.
    const isThere = ({ id, path }: Remembered) =>
      line(id)?.status === 'open' || (existsSync(path) && !this.found.some((device) => device.path === path));
    const others = remembered
      .filter(({ id }) => !this.found.some((device) => device.id === id))
      .map((device) => ({ ...device, present: isThere(device), line: line(device.id) }));
    return [...here, ...others];
  }

  /** Tells soon what has changed: bytes that a UART sends are no news of the devices. */
  private changed(what: 'serial' | 'uarts' = 'serial'): void {
    this.news.add(what);
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      if (this.news.delete('uarts')) this.options.emit('uarts', this.uarts.list());
      if (!this.news.delete('serial')) return;
      void this.devices().then((devices) => this.options.emit('serial', { devices, hint: this.hint }));
    }, TELL_MS);
  }
}
