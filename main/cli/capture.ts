/** The frames that pass the boards' ports, as a pcapng file. */
import type { Board } from '../../boards/board';
import { capturedBoards } from '../machine/capture';
import { pcapngHead, pcapngPacket } from '../packets/pcapng';
import type { Packet } from '../packets/source';
import { OutputFile } from './write';

/** Boards may be so far ahead of one another, and frames begin so much later than they are given to the wire. */
const SETTLED_NS = 50_000_000;

export class CaptureFile {
  private readonly file: OutputFile;
  private readonly ports: string[];
  /** Not written yet: others may come that were before them. */
  private packets: Packet[] = [];
  private count = 0;

  constructor(
    path: string,
    private readonly board: Board,
  ) {
    this.ports = capturedBoards(board).flatMap(({ name, ports }) => ports.map((port) => `${name}/${port}`));
    this.file = new OutputFile(path, '--pcap');
    this.file.write(pcapngHead(this.ports));
  }

  /** A frame has passed a port of a board, known by its place. */
  add(place: number, device: string, direction: 'in' | 'out', bytes: Uint8Array, timeNs: number): void {
    const { name } = capturedBoards(this.board)[place]!;
    const port = this.ports.indexOf(`${name}/${device}`);
    const number = ++this.count;
    this.packets.push({ number, timeNs, interface: port, direction, bytes: bytes.slice(), length: bytes.length });
  }

  /** Writes those before a time, in their order. */
  write(untilNs: number): void {
    const all = this.packets.sort((a, b) => a.timeNs - b.timeNs);
    const later = all.findIndex(({ timeNs }) => timeNs > untilNs - SETTLED_NS);
    const count = later < 0 ? all.length : later;
    for (const packet of all.slice(0, count)) this.file.write(pcapngPacket(packet));
    this.packets = all.slice(count);
  }

  close(): void {
    this.write(Infinity);
    this.file.close();
  }
}
