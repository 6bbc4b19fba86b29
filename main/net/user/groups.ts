/** Which multicast groups the boards have joined, by their IGMP messages (RFC 2236 and 3376). */
import { get16, get32 } from '../../../kernel/net/bytes';
import { addWords, checksumOf, put16 } from '../../../kernel/net/bytes';
import { isMulticast } from '../../../kernel/net/address';

const Type = { Query: 0x11, ReportV1: 0x12, ReportV2: 0x16, Leave: 0x17, ReportV3: 0x22 } as const;
/** Kinds of records of version 3. */
const Record = { IsInclude: 1, IsExclude: 2, ToInclude: 3, ToExclude: 4, Allow: 5 } as const;
const MOST = 64;
/** Everybody hears 224.0.0.1, and nobody says so. */
const ALL_HOSTS = 0xe000_0001;

export class Groups {
  /** Who is in each. */
  private readonly members = new Map<number, Set<number>>();

  get list(): number[] {
    return [...this.members.keys()];
  }

  /** Hears an IGMP message of a board. */
  hear(message: Uint8Array, board: number): void {
    if (message.length < 8 || checksumOf(addWords(message, 0, message.length)) !== 0) return;
    const type = message[0];
    if (type === Type.ReportV1 || type === Type.ReportV2) this.join(get32(message, 4), board);
    else if (type === Type.Leave) this.leave(get32(message, 4), board);
    else if (type === Type.ReportV3) this.hearRecords(message, board);
  }

  private hearRecords(message: Uint8Array, board: number): void {
    let at = 8;
    for (let left = get16(message, 6); left > 0 && at + 8 <= message.length; left--) {
      const kind = message[at]!;
      const sources = get16(message, at + 2);
      const group = get32(message, at + 4);
      const isEverybody = kind === Record.IsExclude || kind === Record.ToExclude;
      if (isEverybody || (kind === Record.Allow && sources > 0)) this.join(group, board);
      else if ((kind === Record.IsInclude || kind === Record.ToInclude) && sources === 0) this.leave(group, board);
      at += 8 + message[at + 1]! * 4 + sources * 4;
    }
  }

  private join(group: number, board: number): void {
    if (!isMulticast(group) || group === ALL_HOSTS) return;
    const known = this.members.get(group);
    if (known) known.add(board);
    else if (this.members.size < MOST) this.members.set(group, new Set([board]));
  }

  private leave(group: number, board: number): void {
    const known = this.members.get(group);
    known?.delete(board);
    if (known?.size === 0) this.members.delete(group);
  }
}

/** A question of which groups there are; answers come within a second. */
export function buildQuery(): Uint8Array {
  const bytes = Uint8Array.of(Type.Query, 10, 0, 0, 0, 0, 0, 0);
  put16(bytes, 2, checksumOf(addWords(bytes, 0, bytes.length)));
  return bytes;
}
