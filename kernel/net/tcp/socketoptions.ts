/** Options of the level IPPROTO_TCP (netinet/tcp.h; NuttX: net/tcp/tcp_setsockopt.c). */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import type { TcpSettings } from './connection';
import { heardOf } from './timers';
import { followed, ownerOf, recordOf, settle, type TcpSocket } from './table';

const SOL_SOCKET = 1;
const SO_ACCEPTCONN = 0;
const IPPROTO_TCP = 6;

interface TcpOption {
  setting: keyof TcpSettings;
  /** Units of the setting that the number in the option stands for. */
  unit: number;
  least: number;
  most: number;
  /** It may be given as a struct timeval. */
  isTime?: true;
}

const options: Readonly<Record<number, TcpOption>> = {
  16: { setting: 'noDelay', unit: 1, least: -0x8000_0000, most: 0x7fff_ffff },
  17: { setting: 'keepIdle', unit: 1000, least: 1, most: 32_767, isTime: true },
  18: { setting: 'keepInterval', unit: 1000, least: 1, most: 32_767, isTime: true },
  19: { setting: 'keepCount', unit: 1, least: 1, most: 255 },
  20: { setting: 'mss', unit: 1, least: 88, most: 1460 },
};
const TIMEVAL = 16;

/** 0, or -EINVAL: too short, or out of range; undefined: no such option. */
export function setTcpOption(
  k: Kernel,
  socket: TcpSocket,
  level: number,
  option: number,
  value: Uint8Array,
): number | undefined {
  const known = options[option];
  if (level !== IPPROTO_TCP || !known) return undefined;
  if (value.length < 4) return -Errno.EINVAL;
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const isTimeval = known.isTime === true && value.length >= TIMEVAL;
  const given = isTimeval
    ? Number(view.getBigInt64(0, true)) + Number(view.getBigInt64(8, true)) / 1e6
    : view.getInt32(0, true);
  if (!(given >= (isTimeval ? 0 : known.least) && given <= known.most)) return -Errno.EINVAL;
  const setting = { [known.setting]: known.setting === 'noDelay' ? given !== 0 : given * known.unit };
  Object.assign(socket.settings, setting);
  apply(k, socket, setting);
  return 0;
}

/** Options of the socket that its connection follows have changed. */
export function followOptions(k: Kernel, socket: TcpSocket): void {
  apply(k, socket, followed(socket.options));
}

function apply(k: Kernel, { connection }: TcpSocket, settings: Partial<TcpSettings>): void {
  const record = recordOf(k, connection);
  if (!record || record.connection.state === 'closed') return;
  Object.assign(record.connection.settings, settings);
  // The time of keep-alive begins anew.
  heardOf(record.connection, ownerOf(k, record));
  settle(k, record, 0);
}

/** Four bytes; of times, seconds. */
export function getTcpOption(k: Kernel, socket: TcpSocket, level: number, option: number): Uint8Array | undefined {
  if (level === SOL_SOCKET && option === SO_ACCEPTCONN) return word(socket.listening ? 1 : 0);
  const known = options[option];
  if (level !== IPPROTO_TCP || !known) return undefined;
  const connection = recordOf(k, socket.connection)?.connection;
  const { setting, unit } = known;
  const settings = { ...socket.settings, ...(connection && setting === 'mss' ? { mss: connection.send.mss } : {}) };
  return word(Math.floor(Number((settings as Partial<TcpSettings>)[setting]) / unit));
}

const word = (value: number) => new Uint8Array(Int32Array.of(value).buffer);
