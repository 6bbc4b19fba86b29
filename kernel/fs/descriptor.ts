/** Descriptors of a task group. 0 to 2 are the console. */
import type { Kernel } from '../kernel';
import type { Descriptor, Group, Tcb } from '../state';

export function groupOf({ state }: Kernel, tcb: Tcb): Group {
  return state.groups.get(tcb.group)!;
}

export function standardDescriptors(): (Descriptor | null)[] {
  return [{ kind: 'console' }, { kind: 'console' }, { kind: 'console' }];
}

/** The lowest free descriptor. */
export function allocateDescriptor(descriptors: (Descriptor | null)[]): number {
  const free = descriptors.indexOf(null);
  return free < 0 ? descriptors.length : free;
}
