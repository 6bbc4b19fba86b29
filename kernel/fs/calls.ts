/** Files and devices (manual 2.10). */
import { entry, resumedBy, waitsCancellably } from '../call';
import * as console from './console';

export const fsCalls = [
  entry(
    '',
    'ssize_t read(int fd, void *buf, size_t nbytes)',
    console.read,
    resumedBy(console.resumeRead),
    waitsCancellably,
  ),
  entry('', 'ssize_t write(int fd, const void *buf, size_t nbytes)', console.write),
] as const;
