/** What the shells and the host ask of each other. */
import type { EventName, Method, Params, Payload, Result } from '../contract/messages';

/** Hears every event that the host sends, in order. */
export type HostListener = <E extends EventName>(event: E, payload: Payload<E>) => void;

/** One debugging session, as a renderer or a test talks to it. */
export interface SessionHost {
  /** Answers a request. Rejects with an Error whose message says what happened, where and what to do. */
  handle<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Sends every event to `listener` until the function that it returns is called. */
  subscribe(listener: HostListener): () => void;
}

export interface HostOptions {
  /** Folder that holds kernel/include, kernel/libc and boards/demos. */
  resources: string;
  /** Folder for what can be made again: compiled objects. */
  cacheDir: string;
  /** Folder for what is remembered: recent projects, window bounds. */
  stateDir: string;
  shell: 'electron' | 'browser';
  /** Shows the shell's folder dialog; null when the person cancels. */
  chooseFolder?: () => Promise<string | null>;
  version: string;
}

export interface Host extends SessionHost {
  /** Opens what the window begins with: a folder, or for null the project of last time, the first demo if there is none. */
  start(path: string | null): Promise<void>;
  /** Ends the machine and the compiler. */
  close(): Promise<void>;
}
