import { defineStore } from 'pinia';
import { computed, inject, provide, ref, shallowRef, watch, type InjectionKey } from 'vue';
import type { FilterError, FollowedStream, PacketDetail, PacketRow, PacketSource } from '../../main/contract/network';
import { useHost } from './host';
import { useLayout } from './layout';
import { useMachine } from './machine';
import { useNotices } from './notices';
import { useSelection } from './selection';

/** Rows that are fetched before and behind those on screen. */
const MARGIN = 40;
/** A filter that is typed is applied when the person pauses that long. */
const SETTLE_MS = 250;

export interface PacketCounts {
  matched: number;
  examined: number;
  total: number;
  forgotten: number;
}

/** Packets: what is captured, or a file; the host decodes the rows that are on screen. */
const packetStore = (first: 'ptp' | '') => () => {
  const host = useHost();
  const machine = useMachine();
  const selection = useSelection();

  const source = ref<PacketSource>('live');
  const fileName = ref('');
  /** As it stands in the field, and as the rows that are shown were filtered. */
  const typed = ref<string>(first);
  const filter = ref<string>(first);
  const error = shallowRef<FilterError | null>(null);
  const counts = shallowRef<PacketCounts>({ matched: 0, examined: 0, total: 0, forgotten: 0 });
  /** By their place among those that the filter lets through. */
  const rows = shallowRef<ReadonlyMap<number, PacketRow>>(new Map());
  const selected = ref<number | null>(null);
  const detail = shallowRef<PacketDetail | null>(null);
  const stream = shallowRef<(FollowedStream & { protocol: 'tcp' | 'udp'; id: number }) | null>(null);
  /** Asks the list to bring a place into view. */
  const reveal = ref<{ place: number } | null>(null);
  const following = ref(true);

  // --- Rows --------------------------------------------------------------------------------------------------------

  /** Places on screen. */
  const wanted = { from: 0, count: 0 };
  let asking = false;
  let askAgain = false;
  /** The list is on screen. */
  let listening = false;

  /** The list shows these places. */
  function show(from: number, count: number): void {
    Object.assign(wanted, { from, count });
    const last = Math.min(from + count, counts.value.matched) - 1;
    if (listening && rows.value.has(from) && rows.value.has(last)) return;
    listening = true;
    void refresh();
  }

  function hide(): void {
    listening = false;
  }

  /** One question at a time; what comes up meanwhile is asked behind it. */
  async function refresh(): Promise<void> {
    if (asking || !listening) {
      askAgain = true;
      return;
    }
    asking = true;
    do {
      askAgain = false;
      const count = wanted.count + 2 * MARGIN;
      // The end is elsewhere when the answer comes.
      const from = following.value ? -count : Math.max(0, wanted.from - MARGIN);
      const asked = { source: source.value, filter: filter.value, from, count };
      const answer = await host.ask('packets', asked);
      if (answer === undefined) break;
      if (asked.source !== source.value || asked.filter !== filter.value) {
        askAgain = true;
        continue;
      }
      const { rows: list, matched, examined, total, forgotten } = answer;
      error.value = answer.error;
      if (answer.error === null) {
        counts.value = { matched, examined, total, forgotten };
        rows.value = new Map(list.map((row, index) => [answer.from + index, row]));
      }
      // A filter goes through a long capture bit by bit.
      if (examined < total && listening) askAgain = true;
    } while (askAgain);
    asking = false;
  }

  watch(
    () => machine.snapshot,
    () => source.value === 'live' && void refresh(),
  );

  let settling: ReturnType<typeof setTimeout> | undefined;
  watch(typed, () => {
    clearTimeout(settling);
    settling = setTimeout(apply, SETTLE_MS);
  });
  /** Applies the filter that was typed. */
  function apply(): void {
    clearTimeout(settling);
    const next = typed.value.trim() === '' ? '' : typed.value;
    if (next === filter.value) return;
    filter.value = next;
    void refresh();
  }
  function setFilter(text: string): void {
    typed.value = text;
    apply();
  }

  /** Of what it shows at first, only that. */
  const narrow = (text: string): void => setFilter(first === '' ? text : `${first} && ${text}`);

  function setSource(next: PacketSource): void {
    if (source.value === next) return;
    source.value = next;
    selected.value = null;
    detail.value = stream.value = null;
    rows.value = new Map();
    counts.value = { matched: 0, examined: 0, total: 0, forgotten: 0 };
    following.value = next === 'live';
    reveal.value = { place: 0 };
    void refresh();
  }

  // --- One packet --------------------------------------------------------------------------------------------------

  /** Shows a packet; the moment that it is, is selected everywhere. */
  async function select(number: number): Promise<void> {
    selected.value = number;
    const asked = source.value;
    const answer = await host.ask('packet', { source: asked, number });
    if (answer === undefined || selected.value !== number || source.value !== asked) return;
    detail.value = answer;
    if (answer.event?.board === machine.snapshot?.boardName) selection.event = answer.event?.number ?? null;
  }

  /** Shows a packet and brings it into view. */
  async function go(number: number): Promise<void> {
    following.value = false;
    const place = async (): Promise<number | null> =>
      (await host.ask('packetPlace', { source: source.value, filter: filter.value, number }))?.place ?? null;
    let found = await place();
    const row = found === null ? undefined : rows.value.get(found);
    if (found === null || (row !== undefined && row.number !== number)) {
      // The filter hides it.
      setFilter('');
      found = await place();
    }
    if (found !== null) reveal.value = { place: found };
    await select(number);
  }

  /** The event of the packet that is shown, in the Events pane. */
  async function showEvent(): Promise<void> {
    const event = detail.value?.event;
    if (!event) return;
    if (event.board !== machine.snapshot?.boardName) await host.ask('selectMachine', { name: event.board });
    void useLayout().focus('events');
    selection.event = null;
    // The log of the board that is looked at comes first.
    setTimeout(() => (selection.event = event.number));
  }

  /** The packet of an event of the board that is looked at, if it has one. */
  async function packetOfEvent(event: number): Promise<number | null> {
    const board = machine.snapshot?.boardName ?? '';
    return (await host.ask('packetOfEvent', { board, event }))?.number ?? null;
  }

  // A moment that another pane chose: the packet that passed then, if one did.
  watch(
    () => selection.event,
    async (event) => {
      if (event === null || !listening || source.value !== 'live') return;
      if (detail.value?.event?.number === event && detail.value.event.board === machine.snapshot?.boardName) return;
      const number = await packetOfEvent(event);
      if (number !== null) await go(number);
    },
  );

  // --- Conversations and files -------------------------------------------------------------------------------------

  /** PTP's messages are datagrams of their own: there is nothing to follow. */
  const canFollow = computed(() => first === '' && detail.value?.stream != null);

  async function follow(): Promise<void> {
    const of = detail.value?.stream;
    if (!of) return;
    const answer = await host.ask('followStream', { source: source.value, ...of });
    if (answer === undefined) return;
    stream.value = { ...answer, ...of };
    setFilter(`${of.protocol}.stream == ${of.id}`);
  }

  async function open(file: File): Promise<void> {
    const data = new Uint8Array(await file.arrayBuffer());
    const answer = await host.ask('openPackets', { name: file.name, data });
    if (answer === undefined) return;
    fileName.value = file.name;
    source.value = 'live';
    setFilter('');
    setSource('file');
    if (answer.packets === 0) useNotices().add(`${file.name} holds no packets.`);
  }

  /** A pcapng file of what the filter lets through. */
  async function save(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const answer = await host.ask('savePackets', { source: source.value, filter: filter.value });
    return answer?.data;
  }

  return {
    source,
    fileName,
    typed,
    filter,
    error,
    counts,
    rows,
    selected,
    detail,
    stream,
    reveal,
    following,
    canFollow,
    show,
    hide,
    refresh,
    apply,
    setFilter,
    narrow,
    setSource,
    select,
    go,
    showEvent,
    packetOfEvent,
    follow,
    open,
    save,
  };
};

/** Those of the Packets pane. */
export const usePackets = defineStore('packets', packetStore(''));
/** Those of the PTP pane. */
const usePtpPackets = defineStore('ptp-packets', packetStore('ptp'));

const ofPtp: InjectionKey<true> = Symbol('packets of PTP');
/** What is in a component shows the packets of the PTP pane. */
export const providePtpPackets = (): void => provide(ofPtp, true);
/** The packets that a component is to show. */
export const useShownPackets = (): ReturnType<typeof usePackets> | ReturnType<typeof usePtpPackets> =>
  inject(ofPtp, false) ? usePtpPackets() : usePackets();
