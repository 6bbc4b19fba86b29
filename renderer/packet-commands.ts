/** What can be done in the Packets pane. */
import type { Command } from './commands';
import { download, pickFile } from './download';
import { useLayout } from './stores/layout';
import { useMachine } from './stores/machine';
import { useNotices } from './stores/notices';
import { usePackets } from './stores/packets';
import { useSelection } from './stores/selection';
import { useSession } from './stores/session';

export function packetCommands(): Command[] {
  const packets = usePackets();
  const machine = useMachine();
  const command = (id: string, title: string, run: () => unknown, enabled?: () => boolean): Command => ({
    id: `packets-${id}`,
    title: `Packets: ${title}`,
    run,
    ...(enabled && { enabled }),
  });
  const hasPackets = (): boolean => packets.counts.total > 0;

  async function save(): Promise<void> {
    const data = await packets.save();
    if (data !== undefined) download(`${useSession().project?.name ?? 'tickscope'}.pcapng`, data);
  }
  async function open(): Promise<void> {
    await useLayout().focus('packets');
    pickFile((file) => packets.open(file), '.pcap,.pcapng,.cap');
  }

  return [
    command('follow-end', 'follow the end, or no longer', () => (packets.following = !packets.following), hasPackets),
    command(
      'follow',
      'follow the conversation',
      () => packets.follow(),
      () => packets.canFollow,
    ),
    command(
      'event',
      'show the event of the packet',
      () => packets.showEvent(),
      () => packets.detail?.event != null,
    ),
    command('save', 'save as pcapng what the filter lets through', save, hasPackets),
    command('open', 'open a pcapng or pcap file...', open),
    command(
      'live',
      'back to what is captured',
      () => packets.setSource('live'),
      () => packets.source === 'file',
    ),
    command(
      'no-filter',
      'remove the filter',
      () => packets.setFilter(''),
      () => packets.typed !== '',
    ),
    command(
      'of-event',
      'show the packet of the event selected',
      () => showPacketOfEvent(),
      () => machine.packets > 0,
    ),
  ];
}

/** Shows the packet of the event that is selected, or of another one of the board that is looked at. */
export async function showPacketOfEvent(event: number | null = useSelection().event): Promise<void> {
  const packets = usePackets();
  const number = event === null ? null : await packets.packetOfEvent(event);
  if (number === null) {
    useNotices().add('This event has sent or received no packet that is still held. Choose a net_send or net_receive.');
    return;
  }
  packets.setSource('live');
  void useLayout().focus('packets');
  await packets.go(number);
}
