/** Words and letters for what the contract has kinds of. */
import type { SyncSnapshot, TimerSnapshot } from '../main/contract/objects';
import type { StateClass } from '../main/contract/target';

/** The letter that goes with each state's colour (theme.css), so that a state is never shown by colour alone. */
export const stateLetters: Record<StateClass, string> = {
  running: 'R',
  ready: 'r',
  sem: 'S',
  mq: 'Q',
  signal: 'G',
  sleep: 'Z',
  stopped: 'X',
  inactive: '-',
};

export const syncWords: Record<SyncSnapshot['kind'], string> = {
  semaphore: 'Semaphore',
  mutex: 'Mutex',
  condition: 'Condition',
  barrier: 'Barrier',
  rwlock: 'Rwlock',
  spinlock: 'Spinlock',
};

export const timerWords: Record<TimerSnapshot['kind'], string> = {
  timer: 'Timer',
  watchdog: 'Watchdog',
  work: 'Work',
  sleep: 'Sleep',
  wait: 'Timed wait',
  replenishment: 'Replenishment',
  protocol: 'Network protocol',
};
