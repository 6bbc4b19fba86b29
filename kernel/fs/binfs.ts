/** The programs under /bin: the project's apps, and what comes with the board (NuttX: fs/binfs). */
import { Errno } from '../errno';
import { statWithoutBlocks, type FileSystem } from './filesystem';
import { Mode, type Stat } from './mode';

const BINFS_MAGIC = 0x4242;

const plain: Readonly<Omit<Stat, 'mode'>> = { size: 0, blockSize: 0, blocks: 0, atime: 0, mtime: 0, ctime: 0 };
const program: Stat = { ...plain, mode: Mode.Regular | 0o555 };
const folder: Stat = { ...plain, mode: Mode.Directory | 0o555 };

export const binfs: FileSystem = {
  needsSource: false,
  bind(_k, mount) {
    mount.readOnly = true;
    return 0;
  },
  unbind: () => 0,
  open: ({ state }, _mount, _file, path) => (state.settings.apps.some(({ name }) => name === path) ? 0 : -Errno.ENOENT),
  list: ({ state }, _mount, path) =>
    path === '' ? state.settings.apps.map(({ name }) => ({ name, mode: program.mode })) : -Errno.ENOTDIR,
  stat({ state }, _mount, path) {
    if (path === '') return folder;
    return state.settings.apps.some(({ name }) => name === path) ? program : -Errno.ENOENT;
  },
  statfs: (k) => statWithoutBlocks(k, BINFS_MAGIC, k.state.settings.apps.length),
};
