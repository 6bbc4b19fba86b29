/** Descriptors of a task group. 0 to 2 are the console. */
import type { Descriptor } from '../state';

/** The lowest free descriptor. */
export function allocateDescriptor(descriptors: (Descriptor | null)[]): number {
  const free = descriptors.indexOf(null);
  return free < 0 ? descriptors.length : free;
}
