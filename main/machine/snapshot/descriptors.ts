import { isReadable, isWritable, O_APPEND, O_NONBLOCK } from '../../../kernel/fs/openflags';
import type { OpenFile } from '../../../kernel/fs/file';
import type { DescriptorSnapshot } from '../../contract/files';
import type { Target } from './target';

/** Descriptors of all task groups, group by group. */
export function descriptorSnapshots({ machine }: Target): DescriptorSnapshot[] {
  const { groups, files } = machine.kernel.state;
  return [...groups.values()].flatMap((group) =>
    group.descriptors.flatMap((descriptor, fd) => {
      const file = descriptor && files.get(descriptor.file);
      if (!file) return [];
      const { closeOnExec, file: id } = descriptor;
      return {
        group: group.id,
        fd,
        of: nameOf(machine.kernel.state.queues, file),
        ...openedAs(file),
        closeOnExec,
        file: id,
      };
    }),
  );
}

function nameOf(queues: Target['machine']['kernel']['state']['queues'], { kind, object, path }: OpenFile): string {
  if (kind === 'mqueue') return `/var/mqueue/${queues.get(object)?.name ?? ''}`;
  return path || kind;
}

function openedAs({ flags, offset }: OpenFile): Pick<DescriptorSnapshot, 'access' | 'flags' | 'offset'> {
  const access = (isReadable(flags) ? 'r' : '') + (isWritable(flags) ? 'w' : '');
  const named = { O_NONBLOCK, O_APPEND };
  return { access, flags: Object.entries(named).flatMap(([name, flag]) => (flags & flag ? name : [])), offset };
}
