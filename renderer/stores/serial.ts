import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Payload } from '../../main/contract/messages';
import {
  MAX_TYPED_BYTES,
  type BoardUart,
  type SerialDevice,
  type SerialLine,
  type SerialSettings,
} from '../../main/contract/serial';
import { useHost } from './host';
import { useNotices } from './notices';

/** Bytes kept of each device, for a pane that is opened later and for the hex view. */
const KEPT_BYTES = 1 << 20;
/** A file goes to the host in parts of this size. */
const PART_BYTES = 256 * 1024;

/** Ways by which programs of this computer reach a UART of the board. */
export type Way = 'pty' | 'tcp';

/** Where they reach it; null when they cannot. */
export function addressOf(uart: BoardUart, as: Way): string | null {
  return as === 'pty' ? uart.pty : (uart.tcp?.address ?? null);
}

export type AttachedDevice = SerialDevice & { line: SerialLine };

/** Hears what a device sends: all that is kept of it, then what comes. */
export interface SerialScreen {
  /** @param first how many bytes came before what is written next */
  clear(first: number): void;
  write(data: Uint8Array): void;
}

interface Received {
  chunks: Uint8Array[];
  size: number;
  /** Bytes that came before those kept. */
  first: number;
}

/** Real serial devices, and the terminals on them. */
export const useSerial = defineStore('serial', () => {
  const host = useHost();
  const devices = shallowRef<SerialDevice[]>([]);
  const hint = ref<string | null>(null);
  /** Those of the emulated board. */
  const uarts = shallowRef<BoardUart[]>([]);
  /** Id of the device whose terminal is shown; null shows the list of devices. */
  const shown = ref<string | null>(null);
  /** What is received is shown in hexadecimal. */
  const hex = ref(false);
  const received = new Map<string, Received>();
  const screens = new Map<string, Set<SerialScreen>>();

  const attached = computed(() => devices.value.filter((device): device is AttachedDevice => device.line !== null));
  const current = computed(() => attached.value.find(({ id }) => id === shown.value) ?? null);

  function receive(state: Payload<'serial'>): void {
    devices.value = state.devices;
    hint.value = state.hint;
  }

  const receiveUarts = (state: Payload<'uarts'>): void => void (uarts.value = state);

  function receiveData({ device, reset, first, data }: Payload<'serialData'>): void {
    if (reset || !received.has(device)) {
      received.set(device, { chunks: [], size: 0, first });
      for (const screen of screens.get(device) ?? []) screen.clear(first);
    }
    const kept = received.get(device)!;
    kept.chunks.push(data);
    kept.size += data.length;
    while (kept.size > KEPT_BYTES && kept.chunks.length > 1) {
      const { length } = kept.chunks.shift()!;
      kept.size -= length;
      kept.first += length;
    }
    for (const screen of screens.get(device) ?? []) screen.write(data);
  }

  /** Shows on a screen what a device sent and sends. Returns what ends that. */
  function listen(device: string, screen: SerialScreen): () => void {
    const kept = received.get(device);
    screen.clear(kept?.first ?? 0);
    for (const chunk of kept?.chunks ?? []) screen.write(chunk);
    const listening = screens.get(device) ?? new Set();
    screens.set(device, listening.add(screen));
    return () => listening.delete(screen);
  }

  const refresh = (): unknown => host.ask('serialRefresh', {});

  /** Attaches a device, by its path, and shows its terminal. */
  async function attach(path: string): Promise<void> {
    const answer = await host.ask('serialAttach', { path });
    if (answer !== undefined) shown.value = answer.device;
  }

  async function detach(device: string): Promise<void> {
    await host.ask('serialDetach', { device });
    received.delete(device);
    if (shown.value === device) shown.value = null;
  }

  /** Sends a file that the person picked. */
  async function sendFile(device: string, file: File): Promise<void> {
    if (file.size === 0) return useNotices().add(`${file.name} is empty: there is nothing to send.`);
    for (let offset = 0; offset < file.size; offset += PART_BYTES) {
      const data = new Uint8Array(await file.slice(offset, offset + PART_BYTES).arrayBuffer());
      const part = { device, name: file.name, total: file.size, offset, data };
      // Cancelled meanwhile, or refused: the host has said why.
      if ((await host.ask('serialSendFile', part)) === undefined) return;
    }
  }

  const encoder = new TextEncoder();
  function type(device: string, text: string): void {
    const data = encoder.encode(text);
    if (data.length <= MAX_TYPED_BYTES) void host.ask('serialWrite', { device, data });
    else useNotices().add('That is too much to paste: 64 KiB at most. Save it to a file and send that.');
  }

  /** Lets programs reach a UART of the board, or no longer. */
  function toggleExposed(uart: BoardUart, as: Way): void {
    if (addressOf(uart, as) !== null) void host.ask('uartUnexpose', { uart: uart.id, as });
    else void host.ask('uartExpose', { uart: uart.id, as, port: 0 });
  }

  /** Changes some of a device's settings. */
  function set(device: SerialDevice, change: Partial<SerialSettings>): void {
    void host.ask('serialSet', { device: device.id, settings: { ...device.settings, ...change } });
  }

  return {
    ...{ devices, hint, uarts, shown, hex, attached, current },
    ...{ receive, receiveUarts, receiveData, listen, refresh, attach, detach, sendFile, type, toggleExposed, set },
  };
});
