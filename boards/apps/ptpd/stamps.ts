/** Time stamps of messages, as the control messages of SO_TIMESTAMPING have them. */
import type { Timespec } from '../../../kernel/clock/timespec';
import { wide, word } from '../io';
import { Room, CONTROL_SIZE } from './room';

/** SOF_TIMESTAMPING_... of linux/net_tstamp.h. */
const Stamping = { TxHardware: 1, TxSoftware: 2, RxHardware: 4, RxSoftware: 8, Software: 16, RawHardware: 64 } as const;

/** What SO_TIMESTAMPING is set to: stamps of the interface's clock, or of the system's. */
export const stampingFlags = (hardware: boolean): number =>
  hardware
    ? Stamping.TxHardware | Stamping.RxHardware | Stamping.RawHardware
    : Stamping.TxSoftware | Stamping.RxSoftware | Stamping.Software;

const SOL_SOCKET = 1;
const SCM_TIMESTAMPING = 37;
/** struct cmsghdr; and of struct scm_timestamping the times, by the system's clock, nothing, by the interface's. */
const Control = { length: 0, level: 4, type: 8, data: 12 } as const;
const TIME_SIZE = 16;

/** msg_controllen. */
const CONTROL_LENGTH = 20;

/** What recvmsg has left in the room from its header on: the buffer, and when it passed the port; null: nobody says. */
export function stampIn(received: Uint8Array): Timespec | null {
  const begin = Room.control - Room.header;
  const end = begin + Math.min(word(received, CONTROL_LENGTH), CONTROL_SIZE);
  for (let at = begin; at + Control.data <= end;) {
    const length = word(received, at + Control.length);
    if (word(received, at + Control.level) === SOL_SOCKET && word(received, at + Control.type) === SCM_TIMESTAMPING) {
      const first = at + Control.data;
      return timeAt(received, first) ?? timeAt(received, first + 2 * TIME_SIZE);
    }
    at += (length + 3) & ~3;
  }
  return null;
}

/** A time that was not asked for is zero. */
function timeAt(bytes: Uint8Array, at: number): Timespec | null {
  const [sec, nsec] = [wide(bytes, at), word(bytes, at + 8)];
  return sec === 0 && nsec === 0 ? null : { sec, nsec };
}

const ETHER_HEADER = 14;
const UDP_HEADER = 8;

/** The message in a frame that MSG_ERRQUEUE gives back. */
export function messageInFrame(frame: Uint8Array, isDatagram: boolean): Uint8Array {
  if (!isDatagram) return frame.subarray(ETHER_HEADER);
  const ipHeader = 4 * (frame[ETHER_HEADER]! & 0xf);
  return frame.subarray(ETHER_HEADER + ipHeader + UDP_HEADER);
}
