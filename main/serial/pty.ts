/** Pseudo terminals: a UART of the board as a device file that any terminal program can open (Unix only). */
import { closeSync, constants, openSync, write } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';
import { loadSerialPort } from './devices';

interface NativePty {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

export interface Pty {
  /** Of the device file, `/dev/pts/3`. */
  path: string;
  /** What is written to the device file. */
  input: ReadStream;
  /** Gives how many bytes found room; 0 when nobody has read for a while. */
  write(data: Uint8Array): Promise<number>;
  close(): void;
}

/** Only the opening of a pair is needed, and the package's own function for that reads from both of its ends. */
function native(): NativePty {
  const here = createRequire(import.meta.url);
  const beside = createRequire(here.resolve('@lydell/node-pty'));
  return beside(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as NativePty;
}

/** Makes a pseudo terminal that passes every byte on as it is. Rejects where there are none. */
export async function openPty(): Promise<Pty> {
  if (process.platform === 'win32') throw new Error('Windows has no pseudo terminals. Use a TCP port instead.');
  const { master, slave, pty: path } = native().open(80, 24);
  // What is written has to be a terminal's input neither echoed nor edited: the serial library sets a device so.
  const port = new (await loadSerialPort())({ path, baudRate: 115200, lock: false, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  // Somebody has to have it open, else it hangs up whenever a terminal program leaves.
  const holder = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  closeSync(slave);
  await new Promise<void>((resolve) => port.close(() => resolve()));
  const input = new ReadStream(master);
  return {
    path,
    input,
    write: (data) =>
      new Promise((resolve, reject) => {
        write(master, data, (error, taken) => {
          if (!error) resolve(taken);
          else if (error.code === 'EAGAIN' || error.code === 'EINTR') resolve(0);
          else reject(error);
        });
      }),
    close: () => {
      input.destroy();
      closeSync(holder);
    },
  };
}
