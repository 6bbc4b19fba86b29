import { expect, test } from 'vitest';
import { compile } from '../testing/firmware';
import { readPiece, readTree } from './files';
import { descriptorSnapshots } from './snapshot/descriptors';

const source = `
#include <nuttx/config.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, FAR char *argv[])
{
  char line[] = "0123456789";
  int fd;
  int i;

  mount(NULL, "/tmp", "tmpfs", 0, NULL);
  mkdir("/tmp/logs", 0777);
  fd = open("/tmp/logs/long name.txt", O_RDWR | O_CREAT | O_APPEND, 0666);
  for (i = 0; i < 1000; i++)
    {
      write(fd, line, 10);
    }

  mq_open("/jobs", O_RDONLY | O_CREAT | O_NONBLOCK, 0666, NULL);
  pause();
  return 0;
}
`;

test('looks at the tree, at files and at descriptors, and leaves the machine as it is', async () => {
  const firmware = await compile(source);
  const { machine } = firmware.run();
  const before = [machine.hash(), machine.kernel.notes.count];

  const { folders, whole } = readTree(machine);
  expect(whole).toBe(true);
  const folder = (path: string) => folders.find((each) => each.path === path)!;
  const names = (path: string) => folder(path).entries.map(({ name }) => name);
  expect(names('/')).toEqual(expect.arrayContaining(['dev', 'tmp']));
  expect(folder('/').entries.find(({ name }) => name === 'tmp')).toMatchObject({ type: 'directory', detail: 'tmpfs' });
  expect(folder('/dev').entries.find(({ name }) => name === 'console')).toMatchObject({
    type: 'character',
    size: null,
  });
  expect(folder('/tmp/logs')).toEqual({
    path: '/tmp/logs',
    entries: [{ name: 'long name.txt', type: 'file', size: 10_000, detail: '' }],
    error: null,
  });

  const file = '/tmp/logs/long name.txt';
  const text = (offset: number, length: number) =>
    Buffer.from(readPiece(machine, file, offset, length).data).toString();
  expect(text(3, 9)).toBe('345678901');
  expect(text(0, 20_000)).toBe('0123456789'.repeat(1000));
  expect(readPiece(machine, file, 9_995, 100)).toMatchObject({ size: 10_000, error: null });
  expect(text(9_995, 100)).toBe('56789');
  expect(readPiece(machine, '/tmp/logs', 0, 10).error).toBe('it is a directory');
  expect(readPiece(machine, '/tmp/none', 0, 10).error).toBe('ENOENT');
  expect(readPiece(machine, '/dev/console', 0, 10).error).toContain('only files');

  const open = descriptorSnapshots({ machine, firmware: firmware.firmware, stopped: true, crash: null });
  expect(
    open.filter(({ fd }) => fd > 2).map(({ of, access, flags, offset }) => ({ of, access, flags, offset })),
  ).toEqual([
    { of: file, access: 'rw', flags: ['O_APPEND'], offset: 10_000 },
    { of: '/var/mqueue/jobs', access: 'r', flags: ['O_NONBLOCK'], offset: 0 },
  ]);
  expect(open.filter(({ fd }) => fd < 3)).toContainEqual(expect.objectContaining({ of: '/dev/console' }));
  expect([machine.hash(), machine.kernel.notes.count]).toEqual(before);
});
