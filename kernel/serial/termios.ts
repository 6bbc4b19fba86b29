/** struct termios: what a terminal does with the bytes that pass it (termios.h; Linux's numbers, to which NuttX has changed). */
import type { Kernel } from '../kernel';

export interface Termios {
  iflag: number;
  oflag: number;
  cflag: number;
  lflag: number;
  /** Control characters, by {@link Control}; 0 for none. */
  cc: number[];
  /** Baud. */
  speed: number;
}

export const Input = {
  IGNBRK: 0x1, BRKINT: 0x2, IGNPAR: 0x4, PARMRK: 0x8, INPCK: 0x10, ISTRIP: 0x20, INLCR: 0x40, IGNCR: 0x80, ICRNL: 0x100,
  IXON: 0x400, IXANY: 0x800,
} as const; // prettier-ignore
export const OutputFlag = { OPOST: 0x1, ONLCR: 0x4, OCRNL: 0x8 } as const;
export const Mode = { CSIZE: 0x30, CS8: 0x30, CSTOPB: 0x40, CREAD: 0x80, PARENB: 0x100, PARODD: 0x200 } as const;
export const Local = { ISIG: 0x1, ICANON: 0x2, ECHO: 0x8, ECHONL: 0x40, NOFLSH: 0x80 } as const;
export const Control = {
  INTR: 0, QUIT: 1, ERASE: 2, KILL: 3, EOF: 4, TIME: 5, MIN: 6, START: 8, STOP: 9, SUSP: 10, EOL: 11,
} as const; // prettier-ignore

const NCCS = 12;

/** ^C, ^\, DEL, ^U, ^D, VTIME, VMIN, nothing, ^Q, ^S, ^Z, nothing. */
const CONTROL_CHARACTERS = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0];

/** Eight bits, no parity, one stop bit; bytes pass as they are. */
export const rawTermios = (speed: number): Termios => ({
  iflag: 0,
  oflag: 0,
  cflag: Mode.CS8 | Mode.CREAD,
  lflag: 0,
  cc: [...CONTROL_CHARACTERS],
  speed,
});

/** As a console begins: what is typed is echoed and comes in lines. */
export const consoleTermios = (speed: number): Termios => ({
  ...rawTermios(speed),
  iflag: Input.ICRNL,
  oflag: OutputFlag.OPOST | OutputFlag.ONLCR,
  lflag: Local.ISIG | Local.ICANON | Local.ECHO,
});

const Field = { iflag: 0, oflag: 4, cflag: 8, lflag: 12, cc: 16, speed: 28 } as const;

export function loadTermios({ memory }: Kernel, address: number): Termios {
  const word = (field: number) => memory.load32(address + field) >>> 0;
  return {
    iflag: word(Field.iflag),
    oflag: word(Field.oflag),
    cflag: word(Field.cflag),
    lflag: word(Field.lflag),
    cc: [...memory.slice(address + Field.cc, NCCS)],
    speed: word(Field.speed),
  };
}

export function storeTermios({ memory }: Kernel, address: number, termios: Termios): void {
  memory.store32(address + Field.iflag, termios.iflag);
  memory.store32(address + Field.oflag, termios.oflag);
  memory.store32(address + Field.cflag, termios.cflag);
  memory.store32(address + Field.lflag, termios.lflag);
  memory.slice(address + Field.cc, NCCS).set(termios.cc);
  memory.store32(address + Field.speed, termios.speed);
}
