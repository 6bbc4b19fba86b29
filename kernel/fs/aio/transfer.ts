/**
 * Asynchronous transfers (NuttX: fs/aio): what was asked for, and the doing of it by the low-priority work queue, one after
 * the other. Each holds its file open; there are at most CONFIG_FS_NAIOC at a time.
 */
import { Errno } from '../../errno';
import { BLOCKED, note, Note, running, taskOf, type Kernel } from '../../kernel';
import { setPriority } from '../../sched/priority';
import { groupOf } from '../../sched/group';
import { waitInDriver, wakeDriverWait } from '../../sched/driverwait';
import { cancelWork, lpWorker, queueTransfer, workReturned } from '../../sched/wqueue';
import { loadSigevent, notify, type SigEvent } from '../../signal/notify';
import { sendToGroup } from '../../signal/send';
import { SigCode } from '../../signal/state';
import type { Tcb } from '../../state';
import { holdFile, letGoFile, lookUpFile, type OpenFile } from '../file';
import { isReadable, isWritable, O_APPEND } from '../openflags';
import { writeFile } from '../readwrite';

export interface Transfer {
  /** Address of the struct aiocb. */
  aiocb: number;
  kind: 'read' | 'write' | 'fsync';
  /** Of {@link KernelState.files}. */
  file: number;
  /** Thread that asked for it, and its priority then. */
  pid: number;
  priority: number;
  /** The list that it is one of; 0 for none. */
  batch: number;
}

/** What lio_listio does not wait for: who is told when all of a list are done. */
export interface Batch {
  left: number;
  pid: number;
  event: SigEvent;
}

export interface AsyncIo {
  /** By id, those asked for first first. */
  transfers: Map<number, Transfer>;
  batches: Map<number, Batch>;
  next: number;
}

export const newAsyncIo = (): AsyncIo => ({ transfers: new Map(), batches: new Map(), next: 1 });

/** struct aiocb. */
export const Field = { event: 0, buf: 16, offset: 24, nbytes: 32, fildes: 36, opcode: 39, result: 40 } as const;

export const SIGPOLL = 29;
const CONTAINER = 'a free container for asynchronous I/O';

/** Of the work queue: see signal/notify.ts. */
const workId = (id: number) => -0x6000_0000 - id;
const callbackOwner = (id: number) => -0x7000_0000 - id;

export const resultOf = (k: Kernel, aiocb: number): number => k.memory.load32(aiocb + Field.result);
const setResult = (k: Kernel, aiocb: number, result: number) => k.memory.store32(aiocb + Field.result, result);
export const isInProgress = (k: Kernel, aiocb: number): boolean => resultOf(k, aiocb) === -Errno.EINPROGRESS;

/** Whether there is asynchronous I/O at all. */
export const hasAsyncIo = (k: Kernel): boolean =>
  k.state.settings.config.CONFIG_FS_AIO === true && lpWorker(k) !== undefined;

/**
 * Asks for a transfer. 0, or -EBADF: the descriptor is not open; -EINVAL: no struct aiocb; -ENOSYS: not configured; BLOCKED:
 * all containers are in use, and it is to be asked for again.
 */
export function request(k: Kernel, aiocb: number, kind: Transfer['kind'], batch = 0): number {
  const { asyncIo, settings } = k.state;
  if (!hasAsyncIo(k)) return -Errno.ENOSYS;
  if (aiocb === 0) return -Errno.EINVAL;
  const fd = k.memory.load16(aiocb + Field.fildes);
  const file = lookUpFile(k, fd);
  if (!file) {
    setResult(k, aiocb, -Errno.EBADF);
    return -Errno.EBADF;
  }
  if (asyncIo.transfers.size >= Number(settings.config.CONFIG_FS_NAIOC)) return waitInDriver(k, CONTAINER);
  const tcb = running(k);
  const id = asyncIo.next++;
  holdFile(k, file.id);
  asyncIo.transfers.set(id, { aiocb, kind, file: file.id, pid: tcb.pid, priority: tcb.priority, batch });
  setResult(k, aiocb, -Errno.EINPROGRESS);
  lendPriority(k);
  queueTransfer(k, id, workId(id));
  return 0;
}

/** With priority inheritance the worker is as urgent as the most urgent of those who wait for it. */
function lendPriority(k: Kernel): void {
  const { asyncIo, settings } = k.state;
  const worker = lpWorker(k)!;
  if (!settings.priorityInheritance) return;
  const wanted = Math.max(worker.basePriority, ...[...asyncIo.transfers.values()].map(({ priority }) => priority));
  const most = Math.max(worker.basePriority, Number(settings.config.CONFIG_SCHED_LPWORKPRIOMAX));
  if (worker.priority !== Math.min(wanted, most)) setPriority(k, worker, Math.min(wanted, most));
}

/** The worker does a transfer. It may have to wait, and does so in the middle of {@link aio_transfer}. */
export function runTransfer(k: Kernel, worker: Tcb, id: number): void {
  worker.progress = 0;
  if (goOn(k, id) !== BLOCKED) return;
  worker.call = k.calls.findIndex(({ call }) => call === aio_transfer);
  worker.args = [id];
  note(k, Note.syscall_enter, worker.pid, worker.call, id);
}

/** What the worker is in while a transfer waits; nobody else calls it. EINVAL. */
export function aio_transfer(): number {
  return -Errno.EINVAL;
}

export function resumeTransfer(k: Kernel, id: number): number {
  return goOn(k, id);
}

function goOn(k: Kernel, id: number): number {
  const { aiocb, kind, file: fileId } = k.state.asyncIo.transfers.get(id)!;
  const file = k.state.files.get(fileId)!;
  // It may lose the CPU with what it gives back: the priority that was lent to it.
  const worker = running(k);
  const { result: woken, progress } = worker;
  const interrupted = woken < 0 && woken !== -Errno.ETIMEDOUT;
  const result = interrupted ? progress || woken : transfer(k, kind, file, aiocb);
  if (result === BLOCKED) return BLOCKED;
  complete(k, worker, id, result);
  workReturned(k, worker);
  return 0;
}

function transfer(k: Kernel, kind: Transfer['kind'], file: OpenFile, aiocb: number): number {
  const { read, sync } = k.drivers[file.kind]!;
  if (kind === 'fsync') return sync?.(k, file) ?? -Errno.EINVAL;
  const [data, length] = [k.memory.load32(aiocb + Field.buf), k.memory.load32(aiocb + Field.nbytes) >>> 0];
  const offset = k.memory.load64(aiocb + Field.offset);
  const allowed = kind === 'read' ? isReadable(file.flags) : isWritable(file.flags);
  if (!allowed) return -Errno.EACCES;
  const appends = kind === 'write' && (file.flags & O_APPEND) !== 0;
  if (offset < 0 && !appends) return -Errno.EINVAL;
  if (kind === 'write') return writeFile(k, appends ? file : { ...file, offset }, data, length);
  if (!read) return -Errno.EBADF;
  return length === 0 ? 0 : read(k, { ...file, offset }, data, length);
}

/** Its result is there: whoever asked is told as he wished, and gets SIGPOLL besides, for which aio_suspend waits. */
function complete(k: Kernel, worker: Tcb, id: number, result: number): void {
  const { aiocb, pid, batch } = k.state.asyncIo.transfers.get(id)!;
  setResult(k, aiocb, result);
  forget(k, id);
  notify(k, pid, loadSigevent(k, aiocb + Field.event), SigCode.AsyncIo, callbackOwner(id));
  const tcb = taskOf(k, pid);
  const info = { signo: SIGPOLL, code: SigCode.Queue, value: aiocb, pid: worker.pid, status: 0 };
  if (tcb) sendToGroup(k, groupOf(k, tcb), info);
  completeInBatch(k, batch);
}

/** One less of a list; with the last of them who asked is told. */
export function completeInBatch(k: Kernel, id: number): void {
  const batch = k.state.asyncIo.batches.get(id);
  if (!batch || --batch.left > 0) return;
  k.state.asyncIo.batches.delete(id);
  notify(k, batch.pid, batch.event, SigCode.AsyncIo, callbackOwner(id));
}

/** Its container is free again. */
function forget(k: Kernel, id: number): void {
  const { transfers } = k.state.asyncIo;
  const { file } = transfers.get(id)!;
  transfers.delete(id);
  letGoFile(k, file);
  lendPriority(k);
  wakeDriverWait(k, CONTAINER);
}

/** Takes a transfer back that has not begun; false for one that has. Nobody is told, as on NuttX. */
export function takeBack(k: Kernel, id: number): boolean {
  const { aiocb, batch } = k.state.asyncIo.transfers.get(id)!;
  if (!cancelWork(k, workId(id))) return false;
  setResult(k, aiocb, -Errno.ECANCELED);
  forget(k, id);
  completeInBatch(k, batch);
  return true;
}
