/** Time stamps of messages, as the control messages of SO_TIMESTAMPING have them. */
import type { Program, System } from '../../../kernel/binfmt/native';
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

/** When what recvmsg has left in the room passed the port; null: nobody says. */
export function* stamp(sys: System, room: number): Program<Timespec | null> {
  const end = Math.min(yield* sys.load32(room + Room.header + CONTROL_LENGTH), CONTROL_SIZE);
  for (let at = 0; at + Control.data <= end;) {
    const message = yield* sys.load(room + Room.control + at, Math.min(end - at, Control.data + 3 * TIME_SIZE));
    if (word(message, Control.level) === SOL_SOCKET && word(message, Control.type) === SCM_TIMESTAMPING) {
      return timeAt(message, Control.data) ?? timeAt(message, Control.data + 2 * TIME_SIZE);
    }
    at += Math.max(Control.data, (word(message, Control.length) + 3) & ~3);
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

/** How much is before the message in a frame that MSG_ERRQUEUE has given back. */
export function* headLength(sys: System, room: number, isDatagram: boolean): Program {
  if (!isDatagram) return ETHER_HEADER;
  const ipHeader = 4 * ((yield* sys.load32(room + Room.data + ETHER_HEADER)) & 0xf);
  return ETHER_HEADER + ipHeader + UDP_HEADER;
}
