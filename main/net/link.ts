/** The host's end of a cable to a port of the bench. */

export interface NetLink {
  /** Something to know of it; null for nothing. */
  readonly message: string | null;
  /** The board has sent a frame, without its check sequence. What finds no room is dropped, as on any network. */
  send(frame: Uint8Array): void;
  /** Frees all that it has of the host. */
  close(): Promise<void>;
}

/** What a link tells. */
export interface LinkHooks {
  /** A frame comes for the board. */
  frame(bytes: Uint8Array): void;
  /** It works no more; says what happened and what to do. */
  failed(why: string): void;
  /** Its message is another one. */
  changed(): void;
}

/** An Ethernet frame with a VLAN tag, without its check sequence; boards' ports take no longer ones. */
const LONGEST_FRAME = 1518;
const HEADER = 14;

/** What comes from outside can be anything. */
export const isFrame = ({ length }: Uint8Array): boolean => length >= HEADER && length <= LONGEST_FRAME;
