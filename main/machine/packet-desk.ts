/** Answers what the window asks about packets: of what is captured, and of a file that was opened. */
import type { Params, Result } from '../contract/messages';
import type { packetMethods } from '../contract/network';
import { allFields } from '../packets/dissect';
import { followStream } from '../packets/follow';
import { type PacketFile, readPackets, writePcapng } from '../packets/pcapng';
import { PacketView } from '../packets/view';
import { Capture } from './capture';

export type PacketMethod = keyof typeof packetMethods;
type Handlers = { [M in PacketMethod]: (params: Params<M>) => Result<M> };

export class PacketDesk {
  private capture = new Capture([]);
  private live = new PacketView(this.capture);
  private file: PacketView | null = null;

  /** Other boards are looked at from now on. */
  show(capture: Capture): void {
    this.capture = capture;
    const live = new PacketView(capture);
    this.live = live;
    capture.onCut = (end) => live.cut(end);
  }

  readonly handlers: Handlers = {
    packets: ({ source, filter, from, count }) => this.view(source).rows(filter, from, count),
    packet: ({ source, number }) => ({
      ...this.view(source).detail(number),
      event: source === 'live' ? this.capture.eventOf(number) : null,
    }),
    packetPlace: ({ source, filter, number }) => ({ place: this.view(source).place(filter, number) }),
    packetOfEvent: ({ board, event }) => ({ number: this.capture.packetOf(board, event) }),
    followStream: ({ source, protocol, id }) => followStream(this.view(source), protocol, id),
    packetFields: () => ({ fields: allFields.map(({ name, title, kind }) => ({ name, title, kind })) }),
    savePackets: ({ source, filter }) => {
      const view = this.view(source);
      return { data: writePcapng(view.source, view.numbers(filter)) };
    },
    openPackets: ({ name, data }) => ({ packets: this.open(name, data) }),
  };

  private open(name: string, data: Uint8Array): number {
    let file: PacketFile;
    try {
      file = readPackets(data);
    } catch (error) {
      throw new Error(`Cannot open ${name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    this.file = new PacketView(file);
    return file.end - file.first;
  }

  private view(source: 'live' | 'file'): PacketView {
    if (source === 'live') return this.live;
    if (!this.file) throw new Error('No capture is open. Open a pcapng or pcap file first.');
    return this.file;
  }
}
