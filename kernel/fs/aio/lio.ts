/** Lists of transfers (manual 2.10.7; NuttX: libs/libc/aio/lio_listio.c). */
import { Errno } from '../../errno';
import { BLOCKED, running, type Kernel } from '../../kernel';
import { loadSigevent } from '../../signal/notify';
import { only } from '../../signal/set';
import { timedWait, waited } from '../../signal/wait';
import { completeInBatch, Field, hasAsyncIo, isInProgress, request } from './transfer';
import { SIGPOLL } from './transfer';

const Mode = { NoWait: 1, Wait: 3 } as const;
const Operation = { Nop: 0, Read: 2, Write: 4 } as const;

/**
 * Manual 2.10.7. Asks for the transfers of a list, null ones aside, as each one's aio_lio_opcode says. With LIO_WAIT it waits
 * until all are done; with LIO_NOWAIT the struct sigevent, which may be null, says who is told then.
 *
 * @returns 0, or -EINVAL: no such mode, or no list; -EIO: one could not be asked for, or failed, as aio_error tells; -EAGAIN:
 *   more than there are containers; -EINTR: a signal came while it waited; -ENOSYS: not configured
 */
export function lio_listio(k: Kernel, mode: number, list: number, count: number, event: number): number {
  if (!hasAsyncIo(k)) return -Errno.ENOSYS;
  const { asyncIo, settings } = k.state;
  if ((mode !== Mode.Wait && mode !== Mode.NoWait) || list === 0 || count < 0) return -Errno.EINVAL;
  const aiocbs = transfersOf(k, list, count);
  if (asyncIo.transfers.size + aiocbs.length > Number(settings.config.CONFIG_FS_NAIOC)) return -Errno.EAGAIN;
  const batch = mode === Mode.NoWait && event !== 0 ? asyncIo.next++ : 0;
  // One more than there are, so that it is over at the earliest when all have been asked for.
  if (batch !== 0) {
    asyncIo.batches.set(batch, { left: aiocbs.length + 1, pid: running(k).pid, event: loadSigevent(k, event) });
  }
  let failed = false;
  for (const aiocb of aiocbs) {
    if (start(k, aiocb, batch) >= 0) continue;
    failed = true;
    completeInBatch(k, batch);
  }
  completeInBatch(k, batch);
  if (mode === Mode.Wait) return awaitAll(k, list, count);
  return failed ? -Errno.EIO : 0;
}

function transfersOf(k: Kernel, list: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => k.memory.load32(list + 4 * i)).filter(
    (aiocb) => aiocb !== 0 && opcodeOf(k, aiocb) !== Operation.Nop,
  );
}

const opcodeOf = (k: Kernel, aiocb: number) => k.memory.load8(aiocb + Field.opcode);

function start(k: Kernel, aiocb: number, batch: number): number {
  const operation = opcodeOf(k, aiocb);
  if (operation === Operation.Read) return request(k, aiocb, 'read', batch);
  if (operation === Operation.Write) return request(k, aiocb, 'write', batch);
  k.memory.store32(aiocb + Field.result, -Errno.EINVAL);
  return -Errno.EINVAL;
}

/** Each transfer that is done sends SIGPOLL. */
function awaitAll(k: Kernel, list: number, count: number): number {
  const aiocbs = transfersOf(k, list, count);
  while (aiocbs.some((aiocb) => isInProgress(k, aiocb))) {
    const result = timedWait(k, only(SIGPOLL), 0, null);
    if (result === BLOCKED || result < 0) return result;
  }
  return aiocbs.some((aiocb) => k.memory.load32(aiocb + Field.result) < 0) ? -Errno.EIO : 0;
}

export function resumeListio(k: Kernel, _mode: number, list: number, count: number): number {
  const result = waited(k);
  return result < 0 ? result : awaitAll(k, list, count);
}
