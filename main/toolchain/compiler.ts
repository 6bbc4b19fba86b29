/** Runs clang and wasm-ld in worker threads, so that whoever builds never waits. */
import { Worker } from 'node:worker_threads';

export type FileTree = { [name: string]: FileTree | string | Uint8Array };

export interface ToolJob {
  tool: 'clang' | 'wasm-ld' | 'ar';
  args: string[];
  files: FileTree;
  /** Paths of the files wanted back when the tool succeeds. */
  outputs: string[];
}

export interface ToolResult {
  ok: boolean;
  /** What the tool printed. */
  text: string;
  outputs: Uint8Array[];
}

interface Pending {
  job: ToolJob;
  signal: AbortSignal | undefined;
  resolve(result: ToolResult): void;
  reject(reason: unknown): void;
}

interface Slot {
  worker: Worker;
  current: Pending | null;
}

/** Each worker holds some 300 MB once loaded; more of them than this gain little on a small machine. */
const MAX_WORKERS = 2;

/** A second worker takes a second to load, as long as this many files take to compile. */
const JOBS_WORTH_A_WORKER = 4;

export class Compiler {
  private readonly queue: Pending[] = [];
  private readonly slots: Slot[] = [];
  private readonly watched = new WeakSet<AbortSignal>();

  /** @param workerUrl the bundled compile.worker */
  constructor(private readonly workerUrl: URL) {}

  /** Whether the next job has to load the compiler first. */
  get cold(): boolean {
    return this.slots.length === 0;
  }

  /**
   * Runs one tool. Jobs start in the order in which they were asked for.
   *
   * @throws the signal's reason when it aborts; an Error when the worker dies
   */
  run(job: ToolJob, signal?: AbortSignal): Promise<ToolResult> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const pending: Pending = { job, signal, resolve, reject };
      if (signal) this.watch(signal);
      this.queue.push(pending);
      this.dispatch();
    });
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    await Promise.all(this.slots.splice(0).map(({ worker }) => worker.terminate()));
  }

  private dispatch(): void {
    for (;;) {
      let slot = this.slots.find(({ current }) => !current);
      if (!slot && this.slots.length < MAX_WORKERS) {
        const enough = this.slots.length === 0 || this.queue.length >= JOBS_WORTH_A_WORKER;
        if (enough && this.queue.length > 0) slot = this.start();
      }
      const pending = slot && this.queue.shift();
      if (!slot || !pending) return;
      slot.current = pending;
      slot.worker.ref();
      slot.worker.postMessage(pending.job);
    }
  }

  private start(): Slot {
    const slot: Slot = { worker: new Worker(this.workerUrl), current: null };
    slot.worker.unref();
    slot.worker.on('message', (result: ToolResult) => {
      const { current } = slot;
      slot.current = null;
      slot.worker.unref();
      current?.resolve(result);
      this.dispatch();
    });
    slot.worker.on('error', (error) => this.drop(slot, error));
    this.slots.push(slot);
    return slot;
  }

  private drop(slot: Slot, reason: unknown): void {
    const index = this.slots.indexOf(slot);
    if (index >= 0) this.slots.splice(index, 1);
    slot.current?.reject(reason);
    slot.current = null;
    this.dispatch();
  }

  private watch(signal: AbortSignal): void {
    if (this.watched.has(signal)) return;
    this.watched.add(signal);
    signal.addEventListener('abort', () => this.cancel(signal), { once: true });
  }

  /** Forgets the jobs of a signal. A tool cannot be interrupted, so its worker goes; the next job starts another. */
  private cancel(signal: AbortSignal): void {
    const waiting = this.queue.filter((pending) => pending.signal === signal);
    for (const pending of waiting) {
      this.queue.splice(this.queue.indexOf(pending), 1);
      pending.reject(signal.reason);
    }
    for (const slot of this.slots.filter(({ current }) => current?.signal === signal)) {
      void slot.worker.terminate();
      this.drop(slot, signal.reason);
    }
  }
}
