import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Payload } from '../../main/contract/messages';
import type { SerialDevice, SerialLine } from '../../main/contract/serial';
import { useHost } from './host';
import { useNotices } from './notices';

/** Bytes kept of each device, for a pane that is opened later and for the hex view. */
const KEPT_BYTES = 1 << 20;
/** A file goes to the host in parts of this size. */
const PART_BYTES = 256 * 1024;

export type AttachedDevice = SerialDevice & { line: SerialLine };

/** Hears what a device sends: all that is kept of it, then what comes. */
export interface SerialScreen {
  clear(): void;
  write(data: Uint8Array): void;
}

class Received {
  chunks: Uint8Array[] = [];
  size = 0;
  /** Bytes received before those kept. */
  dropped = 0;

  push(data: Uint8Array): void {
    this.chunks.push(data);
    this.size += data.length;
    while (this.size > KEPT_BYTES && this.chunks.length > 1) {
      const { length } = this.chunks.shift()!;
      this.size -= length;
      this.dropped += length;
    }
  }
}

/** Real serial devices, and the terminals on them. */
export const useSerial = defineStore('serial', () => {
  const host = useHost();
  const devices = shallowRef<SerialDevice[]>([]);
  const hint = ref<string | null>(null);
  /** Id of the device whose terminal is shown; null shows the list of devices. */
  const shown = ref<string | null>(null);
  const received = new Map<string, Received>();
  const screens = new Map<string, Set<SerialScreen>>();

  const attached = computed(() => devices.value.filter((device): device is AttachedDevice => device.line !== null));
  const current = computed(() => attached.value.find(({ id }) => id === shown.value) ?? null);

  function receive(state: Payload<'serial'>): void {
    devices.value = state.devices;
    hint.value = state.hint;
  }

  function receiveData({ device, reset, data }: Payload<'serialData'>): void {
    if (reset || !received.has(device)) received.set(device, new Received());
    received.get(device)!.push(data);
    for (const screen of screens.get(device) ?? []) {
      if (reset) screen.clear();
      screen.write(data);
    }
  }

  /** Shows on a screen what a device sent and sends. Returns what ends that. */
  function listen(device: string, screen: SerialScreen): () => void {
    screen.clear();
    for (const chunk of received.get(device)?.chunks ?? []) screen.write(chunk);
    const listening = screens.get(device) ?? new Set();
    screens.set(device, listening.add(screen));
    return () => listening.delete(screen);
  }

  /** Bytes that a device sent before those that a screen is given at first. */
  const droppedBefore = (device: string): number => received.get(device)?.dropped ?? 0;

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

  return {
    ...{ devices, hint, shown, attached, current },
    ...{ receive, receiveData, listen, droppedBefore, refresh, attach, detach, sendFile },
  };
});
