/** Asynchronous I/O (manual 2.10.7). */
import { entry, immediate, resumedBy, returned, waits, waitsCancellably } from '../../call';
import * as aio from './aio';
import { lio_listio, resumeListio } from './lio';
import { aio_transfer, resumeTransfer } from './transfer';

export const aioCalls = [
  entry('2.10.7', 'int aio_cancel(int fildes, struct aiocb *aiocbp)', aio.aio_cancel),
  entry('2.10.7', 'int aio_error(const struct aiocb *aiocbp)', aio.aio_error, immediate),
  entry('2.10.7', 'int aio_fsync(int op, struct aiocb *aiocbp)', aio.aio_fsync, resumedBy(aio.resumeAioFsync), waits),
  entry('2.10.7', 'int aio_read(struct aiocb *aiocbp)', aio.aio_read, resumedBy(aio.resumeAioRead), waits),
  entry('2.10.7', 'ssize_t aio_return(struct aiocb *aiocbp)', aio.aio_return),
  entry(
    '2.10.7',
    'int aio_suspend(const struct aiocb *const list[], int nent, const struct timespec *timeout)',
    aio.aio_suspend,
    resumedBy(aio.resumeAioSuspend),
    waitsCancellably,
  ),
  entry('2.10.7', 'int aio_write(struct aiocb *aiocbp)', aio.aio_write, resumedBy(aio.resumeAioWrite), waits),
  entry(
    '2.10.7',
    'int lio_listio(int mode, struct aiocb *const list[], int nent, struct sigevent *sig)',
    lio_listio,
    resumedBy(resumeListio),
    waitsCancellably,
  ),
  entry('', 'int aio_transfer(int id)', aio_transfer, returned, resumedBy(resumeTransfer)),
] as const;
