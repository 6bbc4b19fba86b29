/** Files in memory (manual 2.10.10, 2.10.11). */
import { test } from 'vitest';
import { expectCalls, type Call } from '../calls';

const big = (value: number) => [value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 0xff);
const named = (name: string) => [...Buffer.from(name.padEnd(16, '\0'))];
const TEXT = 'executed where it lies';

/** A ROMFS volume with one file. */
const image = [
  ...Buffer.from('-rom1fs-'),
  ...big(512),
  ...big(0),
  ...named('volume'),
  ...[...big(2), ...big(0), ...big(TEXT.length), ...big(0)],
  ...named('file'),
  ...Buffer.from(TEXT),
];

const setup = `
#include <fcntl.h>
#include <malloc.h>
#include <nuttx/drivers/ramdisk.h>
#include <sys/mman.h>
#include <sys/mount.h>

static uint8_t g_image[512] = { ${image.join(', ')} };
static FAR char *g_memory;
static FAR char *g_other;
static int g_used;

static int make(FAR const char *path, FAR const char *text)
{
  int fd = open(path, O_RDWR | O_CREAT, 0666);

  return write(fd, text, strlen(text)) < 0 ? -1 : fd;
}

static int map(size_t length, int prot, int flags, int fd, off_t offset)
{
  FAR void *memory = mmap(NULL, length, prot, flags, fd, offset);

  if (memory == MAP_FAILED)
    {
      return -1;
    }

  g_memory = memory;
  return 0;
}
`;

const flags = ['MAP_SHARED | MAP_FIXED', 'MAP_SHARED | MAP_ANONYMOUS', 'MAP_SHARED | MAP_ANON', 'MAP_PRIVATE'];

const refused: Call[] = [
  ['map(0, PROT_READ, MAP_SHARED, 3, 0)', 'EINVAL'],
  ['map(5, PROT_READ, 0, 3, 0)', 'EINVAL'],
  ['map(5, PROT_READ, MAP_SHARED | MAP_PRIVATE, 3, 0)', 'EINVAL'],
  ['map(5, PROT_NONE, MAP_SHARED, 3, 0)', 'ENOSYS'],
  ...[...flags, 'MAP_SHARED | MAP_DENYWRITE'].map((each): Call => [`map(5, PROT_READ, ${each}, 3, 0)`, 'ENOSYS']),
];

test('mmap copies a file with CONFIG_FS_RAMMAP, and munmap frees the copy', async () => {
  await expectCalls(
    setup,
    [
      ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
      ['make("/tmp/a", "0123456789")', 3],
      ...refused,
      ['mmap(NULL, 5, PROT_READ, MAP_SHARED, 77, 0) == MAP_FAILED ? -1 : 0', 'EBADF'],
      ['(g_used = mallinfo().uordblks, map(8, PROT_READ, MAP_SHARED, 3, 2))', 0],
      ['memcmp(g_memory, "23456789", 8)', 0],
      // It can be written, and the file stays as it was; each mapping is a copy of its own.
      ['(g_memory[0] = 65, (g_other = mmap(NULL, 20, PROT_WRITE, MAP_SHARED | MAP_POPULATE, 3, 0)) != MAP_FAILED)', 1],
      ['strcmp(g_other, "0123456789") == 0 && g_other[19] == 0 && g_memory[0] == 65', 1],
      ['lseek(3, 0, SEEK_CUR)', 10],
      ['close(3)', 0],
      ['munmap(g_memory, 4)', 'ENOSYS'],
      ['munmap(g_memory + 4, 4)', 0],
      ['munmap(g_memory + 4, 4)', 'EINVAL'],
      ['munmap(g_memory, 4) + munmap(g_other, 20)', 0],
      ['munmap(g_memory, 4)', 'EINVAL'],
      ['mallinfo().uordblks - g_used', 0],
      ['map(5, PROT_READ, MAP_SHARED, open("/dev/null", O_RDONLY), 0)', 'ENODEV'],
      ['map(5, PROT_READ, MAP_SHARED, open("/tmp/a", O_WRONLY), 0)', 'EACCES'],
      ['map(100 * 1024 * 1024, PROT_READ, MAP_SHARED, open("/tmp/a", O_RDONLY), 0)', 'ENOMEM'],
      ['map(5, PROT_READ, MAP_SHARED, 5, -1)', 'EINVAL'],
    ],
    { config: { CONFIG_FS_RAMMAP: true } },
  );
});

test('without it mmap gives what lies in memory in one piece', async () => {
  await expectCalls(setup, [
    ['romdisk_register(3, g_image, 1, 512)', 0],
    ['mount("/dev/ram3", "/rom", "romfs", MS_RDONLY, NULL)', 0],
    ['open("/rom/file", O_RDONLY)', 3],
    ...refused,
    [`map(${TEXT.length}, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FILE, 3, 0)`, 0],
    [`memcmp(g_memory, "${TEXT}", ${TEXT.length})`, 0],
    ['(FAR uint8_t *)g_memory > g_image && (FAR uint8_t *)g_memory < g_image + 512', 1],
    ['map(5, PROT_READ, MAP_SHARED, 3, 9) + memcmp(g_memory, "where", 5)', 0],
    ['munmap(g_memory, 5)', 0],
    ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
    ['make("/tmp/a", "0123456789")', 4],
    ['map(5, PROT_READ, MAP_SHARED, 4, 0)', 'ENOSYS'],
  ]);
});
