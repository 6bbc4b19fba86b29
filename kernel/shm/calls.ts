/** Shared memory (manual 2.12). */
import { entry } from '../call';
import { shmat, shmctl, shmdt, shmget } from './shm';

export const shmCalls = [
  entry('2.12.1', 'int shmget(key_t key, size_t size, int shmflg)', shmget),
  entry('2.12.2', 'void *shmat(int shmid, const void *shmaddr, int shmflg)', shmat),
  entry('2.12.3', 'int shmctl(int shmid, int cmd, struct shmid_ds *buf)', shmctl),
  entry('2.12.4', 'int shmdt(const void *shmaddr)', shmdt),
] as const;
