/** What the main thread and the machine's worker say to each other. */
import type { Session, SessionEvents } from './session';

/** The session's methods that can be called from outside. */
export type SessionMethod =
  | 'load'
  | 'reset'
  | 'refresh'
  | 'run'
  | 'pause'
  | 'setSpeed'
  | 'selectMachine'
  | 'step'
  | 'input'
  | 'feed'
  | 'taken'
  | 'startLab'
  | 'stopLab'
  | 'labResult'
  | 'joinPort'
  | 'feedPort'
  | 'inputLog'
  | 'stack'
  | 'signalTrace'
  | 'fileTree'
  | 'filePiece'
  | 'watch'
  | 'variables'
  | 'waveSpans'
  | 'waveChange'
  | 'packetRequest'
  | 'ptpRequest';

export interface Command {
  id: number;
  name: SessionMethod;
  args: unknown[];
}

export type WorkerMessage = { id: number; result: unknown } | { id: number; error: string } | SessionEvents;

/** A session in another thread: the same methods, answered later. */
export type RemoteSession = {
  [M in SessionMethod]: (...args: Parameters<Session[M]>) => Promise<Awaited<ReturnType<Session[M]>>>;
};
