/** The random source: /dev/random and /dev/urandom (NuttX: drivers/crypto). Its numbers are the machine's, from the seed. */
import { PollEvent } from '../../kernel/fs/poll';
import type { FileOperations } from '../../kernel/fs/operations';
import { arc4random_buf } from '../../kernel/random';
import type { Device } from '../device';

const operations: FileOperations = {
  read(k, _file, data, length) {
    arc4random_buf(k, data, length);
    return length;
  },
  // What is written would be mixed in; a run is to be the same each time.
  write: (_k, _file, _data, length) => length,
  poll: () => PollEvent.In | PollEvent.Out,
};

export function random(name: string): Device {
  return {
    name,
    kind: 'random',
    state: {},
    nodes: ['/dev/random', '/dev/urandom'].map((path) => ({ path, operations })),
    view: () => ({ registers: [], controls: [{ type: 'text', label: 'Source', text: "the session's seed" }] }),
  };
}
