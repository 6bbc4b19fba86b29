import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { RamDisk } from '../../../kernel/fs/ramdisk';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';
import type { TestMachine } from '../firmware';

const missing = ['fsck.fat', 'mcopy'].filter((tool) => spawnSync(tool, ['--help'], { stdio: 'ignore' }).error);

const hasGenromfs = !spawnSync('genromfs', ['-h'], { stdio: 'ignore' }).error;

const config = { CONFIG_NAME_MAX: 64 };

const setup = `
#include <stdint.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <nuttx/drivers/ramdisk.h>
#include <nuttx/fs/fat.h>
#include <nuttx/fs/fs.h>
#include <nuttx/fs/ioctl.h>
#include <fsutils/mkfatfs.h>

static int g_fd;
static char g_buffer[600];
static struct geometry g_geometry;
static struct stat g_stat;
static fat_attrib_t g_attributes;

static int mkrd(int minor, uint32_t nsectors, uint16_t sectsize)
{
  struct boardioc_mkrd_s desc =
  {
    .minor = minor,
    .nsectors = nsectors,
    .sectsize = sectsize,
    .rdflags = RDFLAG_WRENABLED | RDFLAG_FUNLINK
  };

  return boardctl(BOARDIOC_MKRD, (uintptr_t)&desc);
}

static int format(FAR const char *path, int type)
{
  struct fat_format_s fmt = FAT_FORMAT_INITIALIZER;
  fmt.ff_fattype = type;
  return mkfatfs(path, &fmt);
}

static int put(FAR const char *path, FAR const char *text)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (fd < 0)
    {
      return fd;
    }

  int written = write(fd, text, strlen(text));
  close(fd);
  return written;
}

static int get(FAR const char *path, FAR const char *text)
{
  int fd = open(path, O_RDONLY);
  if (fd < 0)
    {
      return fd;
    }

  int length = read(fd, g_buffer, sizeof(g_buffer));
  close(fd);
  return length == (int)strlen(text) && memcmp(g_buffer, text, length) == 0;
}
`;

/** Bytes of the block device of the first RAM disk. */
function diskOf({ machine: { kernel } }: TestMachine): Uint8Array {
  const [{ address, sectors, sectorSize }] = [...kernel.state.ramDisks.values()] as [RamDisk];
  return kernel.memory.slice(address, sectors * sectorSize).slice();
}

describe('RAM disks: boardctl(BOARDIOC_MKRD), ramdisk_register', () => {
  it('are block devices that can be opened, read, written and asked', async () => {
    await expectCalls(
      setup,
      [
        ['mkrd(0, 16, 512)', 0],
        ['mkrd(0, 16, 512)', 'EEXIST'],
        ['mkrd(1, 0, 512)', 'EINVAL'],
        ['mkrd(1, 16, 0)', 'EINVAL'],
        ['mkrd(1, 1000000, 512)', 'ENOMEM'],
        ['stat("/dev/ram0", &g_stat)', 0],
        ['S_ISBLK(g_stat.st_mode)', 1],
        ['g_fd = open("/dev/ram0", O_RDWR)', 3],
        ['ioctl(g_fd, BIOC_GEOMETRY, (unsigned long)&g_geometry)', 0],
        ['g_geometry.geo_available && g_geometry.geo_writeenabled', 1],
        ['(int)g_geometry.geo_nsectors', 16],
        ['g_geometry.geo_sectorsize', 512],
        ['lseek(g_fd, 510, SEEK_SET)', 510],
        ['write(g_fd, "across", 6)', 6],
        ['lseek(g_fd, 509, SEEK_SET)', 509],
        ['read(g_fd, g_buffer, 8)', 8],
        ['memcmp(g_buffer, "\\0across\\0", 8)', 0],
        ['lseek(g_fd, -2, SEEK_END)', 8190],
        ['write(g_fd, "end", 3)', 2],
        ['write(g_fd, "end", 3)', 'EFBIG'],
        ['read(g_fd, g_buffer, 1)', 0],
        ['ioctl(g_fd, 12345, 0)', 'ENOTTY'],
        ['close(g_fd)', 0],
      ],
      { config },
    );
  });

  it('go with their last user, and their memory with them', async () => {
    const machine = await expectCalls(
      setup,
      [
        ['mkrd(3, 16, 512)', 0],
        ['g_fd = open("/dev/ram3", O_RDONLY)', 3],
        ['unlink("/dev/ram3")', 0],
        ['read(g_fd, g_buffer, 4)', 4],
        ['open("/dev/ram3", O_RDONLY)', 'ENOENT'],
        ['close(g_fd)', 0],
        ['mkrd(3, 16, 512)', 0],
        ['unlink("/dev/ram3")', 0],
      ],
      { config },
    );
    expect(machine.machine.kernel.state.ramDisks.size).toBe(0);
  });

  it('of the firmware: ramdisk_register gives an error as it is, romdisk_register makes one that cannot be written', async () => {
    await expectCalls(
      `${setup}\nstatic uint8_t g_disk[2048];`,
      [
        ['romdisk_register(7, g_disk, 4, 512)', 0],
        ['ramdisk_register(7, g_disk, 4, 512, RDFLAG_WRENABLED) == -EEXIST', 1],
        ['ramdisk_register(256, g_disk, 4, 512, 0) == -EINVAL', 1],
        ['ramdisk_register(8, NULL, 4, 512, 0) == -EINVAL', 1],
        ['ramdisk_register(8, g_disk, 0, 512, 0) == -EINVAL', 1],
        ['open("/dev/ram7", O_RDWR)', 'EACCES'],
        ['g_fd = open("/dev/ram7", O_RDONLY)', 3],
        ['write(g_fd, "x", 1)', 'EACCES'],
        ['ioctl(g_fd, BIOC_XIPBASE, (unsigned long)g_buffer)', 0],
        ['*(uint8_t **)g_buffer == g_disk', 1],
        ['mount("/dev/ram7", "/mnt/rom", "vfat", 0, NULL)', 'EACCES'],
        ['mkfatfs("/dev/ram7", &(struct fat_format_s)FAT_FORMAT_INITIALIZER)', 'EACCES'],
      ],
      { config },
    );
  });
});

describe('mkfatfs', () => {
  it('makes volumes of each type, and says what is not possible', async () => {
    await expectCalls(
      `${setup}\nstatic struct fat_format_s g_format = FAT_FORMAT_INITIALIZER;`,
      [
        ['mkrd(0, 64, 512)', 0],
        ['mkfatfs(NULL, &g_format)', 'EINVAL'],
        ['mkfatfs("/dev/ram0", NULL)', 'EINVAL'],
        ['mkfatfs("/dev/ram1", &g_format)', 'ENOENT'],
        ['mkfatfs("/dev/console", &g_format)', 'ENOTBLK'],
        ['format("/dev/ram0", 16)', 'EINVAL'],
        ['format("/dev/ram0", 13)', 'EINVAL'],
        ['mount("/dev/ram0", "/mnt", "vfat", 0, NULL)', 'EINVAL'],
        ['format("/dev/ram0", 12)', 0],
        ['mount("/dev/ram0", "/mnt", "vfat", 0, NULL)', 0],
        ['format("/dev/ram0", 12)', 'EBUSY'],
        ['umount("/mnt")', 0],
        ['mkrd(1, 200, 512)', 0],
        ['format("/dev/ram1", 32)', 0],
        ['mount("/dev/ram1", "/mnt", "vfat", 0, NULL)', 0],
        ['put("/mnt/a", "b")', 1],
      ],
      { config },
    );
  });
});

describe('vfat', () => {
  it.skipIf(missing.length > 0)(
    `what firmware writes passes fsck.fat and is read back by mtools (missing: ${missing.join(', ') || 'none'})`,
    async () => {
      const machine = await expectCalls(
        setup,
        [
          ['mkrd(0, 128, 512)', 0],
          ['format("/dev/ram0", 0)', 0],
          ['mount("/dev/ram0", "/mnt/fat", "vfat", 0, NULL)', 0],
          ['mkdir("/mnt/fat/Data of Tuesday", 0777)', 0],
          ['put("/mnt/fat/Data of Tuesday/a long file name.txt", "hello")', 5],
          ['put("/mnt/fat/SHORT.TXT", "short")', 5],
          ['rename("/mnt/fat/SHORT.TXT", "/mnt/fat/Data of Tuesday/short.txt")', 0],
          ['rename("/mnt/fat/Data of Tuesday", "/mnt/fat/DATA of Tuesday")', 0],
          ['put("/mnt/fat/gone", "gone")', 4],
          ['unlink("/mnt/fat/gone")', 0],
          ['g_fd = open("/mnt/fat/sparse", O_RDWR | O_CREAT, 0666)', 3],
          ['lseek(g_fd, 1500, SEEK_SET)', 1500],
          ['write(g_fd, "end", 3)', 3],
          ['ftruncate(g_fd, 1502)', 0],
          ['fsync(g_fd)', 0],
          ['close(g_fd)', 0],
          ['get("/mnt/fat/data OF tuesday/SHORT.txt", "short")', 1],
          ['umount("/mnt/fat")', 0],
        ],
        { config },
      );
      const folder = mkdtempSync(join(tmpdir(), 'tickscope-volume-'));
      const image = join(folder, 'image');
      writeFileSync(image, diskOf(machine));
      const { status, stdout } = spawnSync('fsck.fat', ['-n', image], { encoding: 'utf8' });
      expect(status, stdout).toBe(0);
      const type = (path: string) => execFileSync('mtype', ['-i', image, `::${path}`]);
      expect(
        execFileSync('mdir', ['-b', '-/', '-i', image, '::'], { encoding: 'utf8' }).trim().split('\n').sort(),
      ).toEqual([
        '::/DATA of Tuesday/',
        '::/DATA of Tuesday/a long file name.txt',
        '::/DATA of Tuesday/short.txt',
        '::/sparse',
      ]);
      expect(type('/DATA of Tuesday/a long file name.txt').toString()).toBe('hello');
      expect(type('/DATA of Tuesday/short.txt').toString()).toBe('short');
      expect(type('/sparse')).toEqual(Buffer.concat([Buffer.alloc(1500), Buffer.from('en')]));
      rmSync(folder, { recursive: true });
    },
  );

  it('gives the errors of a volume', async () => {
    await expectCalls(
      setup,
      [
        ['mkrd(0, 64, 512)', 0],
        ['format("/dev/ram0", 0)', 0],
        ['mount("/dev/ram0", "/mnt", "vfat", 0, NULL)', 0],
        ['mount("/dev/ram0", "/other", "vfat", 0, NULL)', 'EBUSY'],
        ['mkdir("/mnt/dir", 0777)', 0],
        ['put("/mnt/dir/file", "text")', 4],
        ['open("/mnt/nothing", O_RDONLY)', 'ENOENT'],
        ['open("/mnt/nothing/file", O_WRONLY | O_CREAT)', 'ENOENT'],
        ['open("/mnt/dir/file/below", O_RDONLY)', 'ENOTDIR'],
        ['open("/mnt/dir/FILE", O_WRONLY | O_CREAT | O_EXCL)', 'EEXIST'],
        ['open("/mnt/dir", O_WRONLY)', 'EISDIR'],
        ['open("/mnt/bad?name", O_WRONLY | O_CREAT)', 'EINVAL'],
        ['mkdir("/mnt/DIR", 0777)', 'EEXIST'],
        ['unlink("/mnt/dir")', 'EISDIR'],
        ['rmdir("/mnt/dir/file")', 'ENOTDIR'],
        ['rmdir("/mnt/dir")', 'ENOTEMPTY'],
        ['rename("/mnt/dir", "/mnt/dir/below")', 'EINVAL'],
        ['rename("/mnt/nothing", "/mnt/x")', 'ENOENT'],
        ['close(creat("/mnt/plain", 0666))', 0],
        ['rename("/mnt/dir", "/mnt/plain")', 'ENOTDIR'],
        ['unlink("/mnt/plain")', 0],
        ['fat_setattrib("/mnt/dir/file", FATATTR_READONLY, FATATTR_ARCHIVE)', 0],
        ['fat_getattrib("/mnt/dir/file", &g_attributes)', 0],
        ['g_attributes', 1],
        ['fat_getattrib("/dev/null", &g_attributes)', 'ENOENT'],
        ['fat_getattrib("/mnt/dir/file", NULL)', 'EINVAL'],
        ['stat("/mnt/dir/file", &g_stat)', 0],
        ['g_stat.st_mode & 0777', 0o444],
        ['open("/mnt/dir/file", O_WRONLY)', 'EACCES'],
        ['unlink("/mnt/dir/file")', 'EACCES'],
        ['g_fd = open("/mnt/big", O_WRONLY | O_CREAT)', 3],
        ['ftruncate(g_fd, 1000000)', 'ENOSPC'],
        ['lseek(g_fd, 1000000, SEEK_SET)', 1000000],
        ['write(g_fd, "x", 1)', 'ENOSPC'],
        ['umount("/mnt")', 'EBUSY'],
        ['close(g_fd)', 0],
        ['umount("/mnt")', 0],
        ['mount("/dev/ram0", "/mnt", "vfat", MS_RDONLY, NULL)', 0],
        ['mount("/dev/ram0", "/other", "vfat", MS_RDONLY, NULL)', 0],
        ['get("/mnt/dir/file", "text")', 1],
        ['open("/other/new", O_WRONLY | O_CREAT)', 'EROFS'],
        ['mkdir("/other/new", 0777)', 'EROFS'],
        ['unlink("/other/big")', 'EROFS'],
        ['fat_setattrib("/mnt/dir/file", FATATTR_HIDDEN, 0)', 'EROFS'],
      ],
      { config },
    );
  });

  it('keeps a file that is unlinked until it is closed, and shows one file to all who have it open', async () => {
    await expectCalls(
      `${setup}\nstatic int g_other;`,
      [
        ['mkrd(0, 64, 512)', 0],
        ['format("/dev/ram0", 0)', 0],
        ['mount("/dev/ram0", "/mnt", "vfat", 0, NULL)', 0],
        ['g_fd = open("/mnt/file", O_RDWR | O_CREAT)', 3],
        ['g_other = open("/mnt/FILE", O_RDWR | O_APPEND)', 4],
        ['write(g_fd, "one", 3)', 3],
        ['write(g_other, "two", 3)', 3],
        ['fstat(g_fd, &g_stat)', 0],
        ['(int)g_stat.st_size', 6],
        ['rename("/mnt/file", "/mnt/renamed")', 0],
        ['read(g_fd, g_buffer, 3)', 3],
        ['memcmp(g_buffer, "two", 3)', 0],
        ['unlink("/mnt/renamed")', 0],
        ['put("/mnt/file", "another")', 7],
        ['lseek(g_fd, 0, SEEK_SET)', 0],
        ['read(g_fd, g_buffer, 9)', 6],
        ['memcmp(g_buffer, "onetwo", 6)', 0],
        ['close(g_fd)', 0],
        ['close(g_other)', 0],
        ['get("/mnt/file", "another")', 1],
      ],
      { config },
    );
  });
});

test('a run with volumes is the same when it is stopped and when it goes back', async () => {
  const includes = ['errno.h', 'fcntl.h', 'stdio.h', 'string.h', 'unistd.h'];
  const firmware = await compile(
    `${includes.map((each) => `#include <${each}>\n`).join('')}${setup}
int main(void)
{
  char path[40];
  mkrd(0, 128, 512);
  format("/dev/ram0", 12);
  mount("/dev/ram0", "/mnt", "vfat", 0, NULL);
  for (int i = 0; i < 20; i++)
    {
      snprintf(path, sizeof(path), "/mnt/file number %d", i);
      put(path, "text that is somewhere");
      usleep(10000);
      rename(path, "/mnt/the one that stays");
    }

  printf("%d\\n", get("/mnt/The One That Stays", "text that is somewhere"));
  return umount("/mnt");
}
`,
    { config },
  );
  expect(expectCheckpointsHold(firmware.boot(), 40)).toEqual(['1']);
});

describe.skipIf(!hasGenromfs)(`romfs${hasGenromfs ? '' : ' (genromfs is missing)'}`, () => {
  it('is mounted from an image in the firmware, and its files are mapped where they are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tickscope-romfs-'));
    mkdirSync(join(folder, 'etc', 'init.d'), { recursive: true });
    writeFileSync(join(folder, 'etc', 'init.d', 'rcS'), 'echo ready\n');
    execFileSync('genromfs', ['-f', join(folder, 'image'), '-d', join(folder, 'etc')]);
    const image = readFileSync(join(folder, 'image'));
    rmSync(folder, { recursive: true });
    await expectCalls(
      `${setup}
#include <sys/mman.h>
static const uint8_t g_image[] = { ${[...image].join(', ')} };
static char *g_map;`,
      [
        ['romdisk_register(2, g_image, (sizeof(g_image) + 63) / 64, 64)', 0],
        ['mount("/dev/ram2", "/etc", "romfs", 0, NULL)', 0],
        ['get("/etc/init.d/rcS", "echo ready\\n")', 1],
        ['stat("/etc/init.d", &g_stat)', 0],
        ['g_stat.st_mode == (S_IFDIR | 0555)', 1],
        ['g_fd = open("/etc/init.d/rcS", O_RDONLY)', 3],
        ['ioctl(g_fd, FIOC_MMAP, (unsigned long)&g_map)', 0],
        ['memcmp(g_map, "echo ready\\n", 11)', 0],
        ['mmap(NULL, 11, PROT_READ, MAP_SHARED, g_fd, 0) == g_map', 1],
        ['close(g_fd)', 0],
        ['open("/etc/init.d/rcS", O_RDWR)', 'EROFS'],
        ['mkdir("/etc/new", 0777)', 'EROFS'],
        ['unlink("/etc/init.d/rcS")', 'EROFS'],
        ['umount("/etc")', 0],
      ],
      { config },
    );
  });
});
