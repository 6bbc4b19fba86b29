/** What only pthreads have (manual 2.8). */
export interface ThreadState {
  detached: boolean;
}
