/** Who a thread is, and its name. */
import { running, type Kernel } from '../kernel';

/** Manual 2.8.22. A thread's handle is its pid. */
export function pthread_self(k: Kernel): number {
  return running(k).pid;
}
