/** What files cost: bytes to and from volumes and through pipes, and asking about many descriptors at once. */
import { bootApp, runToEnd, type BuiltFirmware } from './firmware';
import { bestTimes } from './measure';
import { table } from './table';

/** What files.c moves. */
const FILE_BYTES = 40 * 256 * 512;
const PIPE_BYTES = 4_000_000;
const POLLS = 20_000;
const transfers = [
  { app: 'tmpfs-write', title: 'tmpfs, write', bytes: FILE_BYTES },
  { app: 'tmpfs-read', title: 'tmpfs, read', bytes: FILE_BYTES },
  { app: 'fat-write', title: 'FAT on a RAM disk, write', bytes: FILE_BYTES },
  { app: 'fat-read', title: 'FAT on a RAM disk, read', bytes: FILE_BYTES },
  { app: 'pipe', title: 'pipe', bytes: PIPE_BYTES },
];
const ROUNDS = 4;
/** As the firmware moves them. */
const CHUNK = 512;

/** The baseline: as many bytes from one array to another, in pieces of the same size. */
function copy(bytes: number): void {
  const [from, to] = [new Uint8Array(1 << 20), new Uint8Array(1 << 20)];
  for (let at = 0; at < bytes; at += CHUNK)
    to.set(from.subarray(at % to.length, (at % to.length) + CHUNK), at % to.length);
}

export function measureFiles(firmware: BuiltFirmware): string {
  const measured = (app: string) => {
    const machine = bootApp(firmware, app);
    const run = () => {
      const status = runToEnd(machine);
      if (status !== 0) throw new Error(`${app} exits with ${status}`);
    };
    return { prepare: () => machine.reset(), run };
  };
  const rows = transfers.map(({ app, title, bytes }) => {
    const [copied, moved] = bestTimes([{ run: () => copy(bytes) }, measured(app)], ROUNDS) as [number, number];
    return [title, `${(bytes / moved / 1000).toFixed(0)} MB/s`, `${((100 * copied) / moved).toFixed(1)} %`];
  });
  const [pollMs] = bestTimes([measured('poll')], ROUNDS) as [number];
  const polls = `poll with 100 descriptors: ${(POLLS / pollMs).toFixed(0)} k/s, ${((pollMs * 1e6) / POLLS / 100).toFixed(0)} ns a descriptor.`;
  return `${table('Files, 512 bytes at a time', ['rate', 'share of a copy in memory'], rows)}\n${polls}`;
}
