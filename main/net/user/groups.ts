/** Which multicast groups the boards have joined, by their IGMP messages (RFC 2236 and 3376). */
import { isMulticast } from '../../../kernel/net/address';
import { ALL_SYSTEMS, igmpMessage, IgmpType, isIgmp, readReport } from '../../../kernel/net/igmp/message';

const MOST = 64;
/** Within which a query is answered, in tenths of a second. */
const ANSWER_TIME = 10;

export class Groups {
  /** Who is in each. */
  private readonly members = new Map<number, Set<number>>();

  get list(): number[] {
    return [...this.members.keys()];
  }

  /** Hears an IGMP message of a board. */
  hear(message: Uint8Array, board: number): void {
    if (!isIgmp(message)) return;
    for (const { group, isMember } of readReport(message) ?? []) {
      if (isMember) this.join(group, board);
      else this.leave(group, board);
    }
  }

  private join(group: number, board: number): void {
    if (!isMulticast(group) || group === ALL_SYSTEMS) return;
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

/** A question of which groups there are. */
export const buildQuery = (): Uint8Array => igmpMessage(IgmpType.Query, 0, ANSWER_TIME);
