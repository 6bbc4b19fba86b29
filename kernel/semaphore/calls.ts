/** Semaphores (manual 2.5). */
import { entry, nullOnError, waitsCancellably } from '../call';
import * as named from './named';
import * as sem from './sem';

export const semaphoreCalls = [
  entry('2.5.1', 'int sem_init(sem_t *sem, int pshared, unsigned int value)', sem.sem_init),
  entry('2.5.2', 'int sem_destroy(sem_t *sem)', sem.sem_destroy),
  entry('2.5.3', 'sem_t *sem_open(const char *name, int oflag, ...)', named.sem_open, nullOnError),
  entry('2.5.4', 'int sem_close(sem_t *sem)', named.sem_close),
  entry('2.5.5', 'int sem_unlink(const char *name)', named.sem_unlink),
  entry('2.5.6', 'int sem_wait(sem_t *sem)', sem.sem_wait, waitsCancellably),
  entry('2.5.7', 'int sem_timedwait(sem_t *sem, const struct timespec *abstime)', sem.sem_timedwait, waitsCancellably),
  entry(
    '',
    'int sem_clockwait(sem_t *sem, clockid_t clockid, const struct timespec *abstime)',
    sem.sem_clockwait,
    waitsCancellably,
  ),
  entry('2.5.8', 'int sem_trywait(sem_t *sem)', sem.sem_trywait),
  entry('2.5.9', 'int sem_post(sem_t *sem)', sem.sem_post),
  entry('2.5.10', 'int sem_getvalue(sem_t *sem, int *sval)', sem.sem_getvalue),
  entry('2.5.11', 'int sem_getprotocol(sem_t *sem, int *protocol)', sem.sem_getprotocol),
  entry('2.5.12', 'int sem_setprotocol(sem_t *sem, int protocol)', sem.sem_setprotocol),
] as const;
