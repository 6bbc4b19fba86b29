/** The letter that goes with each state's colour (theme.css), so that a state is never shown by colour alone. */
import type { StateClass } from '../main/contract/target';

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
