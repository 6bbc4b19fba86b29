/**
 * Real serial devices: what the host knows of them, and what a renderer can ask of the terminals on them.
 * A device is known by its `id`: of a USB adapter its ids and serial number, wherever it is plugged in, else its path.
 */
import { z } from 'zod';

const nothing = z.object({});
const device = z.string().min(1).max(4096);
const bytes = z.instanceof(Uint8Array).refine((data) => data.length <= 512 * 1024, 'at most 512 KiB at a time');

/** Typed at once, or waiting for a device that is away. */
export const MAX_TYPED_BYTES = 64 * 1024;

/** No file that is sent over a serial line is larger: at 3 Mbaud this takes four minutes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

export const SerialSettings = z.object({
  /** Any number: drivers make of it what they can, and say so when they cannot. */
  baudRate: z.int().min(1).max(20_000_000),
  dataBits: z.literal([5, 6, 7, 8]),
  /** Mark and space, and 1.5 stop bits, are Windows' alone. */
  parity: z.enum(['none', 'even', 'odd', 'mark', 'space']),
  stopBits: z.literal([1, 1.5, 2]),
  flowControl: z.enum(['none', 'rtscts', 'xonxoff']),
  dtr: z.boolean(),
  rts: z.boolean(),
});
export type SerialSettings = z.infer<typeof SerialSettings>;

/** A terminal on a device. */
export const SerialLine = z.object({
  /** `waiting`: the device is away, or not to be had; it is tried again and again, less often as time passes. */
  status: z.enum(['opening', 'open', 'waiting']),
  /** Why it waits and what to do about it, or what went wrong beside. */
  message: z.string().nullable(),
  /** Time from one attempt to the next, in milliseconds. */
  retryMs: z.int().nullable(),
  /** Bytes typed that have not left yet. */
  queued: z.int(),
  received: z.int(),
  /** Bytes that the system has taken for the device. */
  sent: z.int(),
  /** It has DTR and RTS lines and can send a break; a pseudo terminal has not. */
  modemLines: z.boolean(),
  log: z.object({ file: z.string(), bytes: z.int() }).nullable(),
  file: z
    .object({
      name: z.string(),
      total: z.int(),
      sent: z.int(),
      state: z.enum(['sending', 'sent', 'cancelled']),
    })
    .nullable(),
});
export type SerialLine = z.infer<typeof SerialLine>;

export const SerialDevice = z.object({
  id: device,
  path: device,
  description: z.string(),
  /** Of USB devices: four hexadecimal digits each. */
  vendorId: z.string().nullable(),
  productId: z.string().nullable(),
  serialNumber: z.string().nullable(),
  /** False for a device remembered from earlier that is not plugged in. */
  present: z.boolean(),
  /** As they were last time, else 115200 8N1. */
  settings: SerialSettings,
  line: SerialLine.nullable(),
});
export type SerialDevice = z.infer<typeof SerialDevice>;

/** A UART of the emulated board, and what it is wired to outside. */
export const BoardUart = z.object({
  id: z.string(),
  /** Its name and its node. */
  label: z.string(),
  /** It is the board's console. */
  console: z.boolean(),
  /** Path of the pseudo terminal by which programs reach it. */
  pty: z.string().nullable(),
  tcp: z.object({ address: z.string(), clients: z.int() }).nullable(),
  /** Id of the real device that it is bridged to. */
  bridge: z.string().nullable(),
  /** Bytes that came from outside, and that the board sent, since the board was chosen. */
  toBoard: z.int(),
  fromBoard: z.int(),
});
export type BoardUart = z.infer<typeof BoardUart>;

const uart = z.string().min(1).max(128);

/** Requests, by method: spread into those of the host. */
export const serialMethods = {
  /** Looks for devices now, and from now on whenever one is plugged or unplugged. */
  serialRefresh: { params: nothing, result: nothing },
  /** Opens a terminal on a device that is listed, or on any path, and gives its id. What fails is tried again. */
  serialAttach: { params: z.object({ path: device }), result: z.object({ device: z.string() }) },
  serialDetach: { params: z.object({ device }), result: nothing },
  /** Forgets a device that is not attached. */
  serialForget: { params: z.object({ device }), result: nothing },
  /** Changes the settings, at once if the device is attached, and remembers them. */
  serialSet: { params: z.object({ device, settings: SerialSettings }), result: nothing },
  /** Holds the line in its break state for a quarter of a second. */
  serialBreak: { params: z.object({ device }), result: nothing },
  /** Bytes typed. While the device is away they are kept, up to 64 KiB; what would be more is refused as a whole. */
  serialWrite: { params: z.object({ device, data: bytes }), result: nothing },
  /** Throws away what was typed and has not left. */
  serialDiscard: { params: z.object({ device }), result: nothing },
  /** One part of a file to send; parts come in order, the first at offset 0. Sending begins with it. */
  serialSendFile: {
    params: z
      .object({
        device,
        name: z.string().min(1).max(255),
        total: z.int().min(1).max(MAX_FILE_BYTES),
        offset: z.int().min(0),
        data: bytes,
      })
      .refine(
        ({ total, offset, data }) => offset + data.length <= total,
        'the part reaches beyond the end of the file',
      ),
    result: nothing,
  },
  serialCancelFile: { params: z.object({ device }), result: nothing },
  /** Lets programs of this computer reach a UART of the board; of a TCP port on 127.0.0.1, 0 is any that is free. */
  uartExpose: {
    params: z.object({ uart, as: z.enum(['pty', 'tcp']), port: z.int().min(0).max(65535).default(0) }),
    result: nothing,
  },
  uartUnexpose: { params: z.object({ uart, as: z.enum(['pty', 'tcp']) }), result: nothing },
  /** Wires a UART of the board to a real device, which is attached if it is not; a path of null takes the wire away. */
  uartBridge: { params: z.object({ uart, path: device.nullable() }), result: nothing },
  /** Begins or ends a log of what is received, in a new file of the host's state folder. */
  serialLog: { params: z.object({ device, on: z.boolean() }), result: nothing },
} as const;

/** Events, by name: spread into those of the host. */
export const serialEvents = {
  serial: z.object({
    devices: z.array(SerialDevice),
    /** Why devices may be missing from the list, and what to do about it. */
    hint: z.string().nullable(),
  }),
  uarts: z.array(BoardUart),
  /**
   * Received from a device; `first` is how many bytes came before, since it was attached. `reset`: this is what is kept
   * of all so far.
   */
  serialData: z.object({ device, reset: z.boolean(), first: z.int(), data: z.instanceof(Uint8Array) }),
} as const;
