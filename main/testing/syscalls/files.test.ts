/** The tree of files (manual 2.10.2 to 2.10.5): paths, directories, names, positions, what is known of files. */
import { expect, test } from 'vitest';
import type { NativeProgram } from '../../../kernel/binfmt/native';
import { nativeEntry } from '../../../kernel/binfmt/entry';
import { expectCheckpointsHold } from '../checkpoints';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const includes = `#include <dirent.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>

static struct stat g_stat;
static struct statfs g_statfs;
static char g_buffer[64];
static int g_fd;

static int type(FAR const char *path)
{
  return lstat(path, &g_stat) < 0 ? -1 : g_stat.st_mode >> 12;
}

/* The names of a directory, one after the other. */

static FAR char *g_names;

static FAR const char *names(FAR const char *path)
{
  static char all[256];
  DIR *dir = opendir(path);
  struct dirent *entry;
  all[0] = 0;
  while ((entry = readdir(dir)) != NULL)
    {
      strcat(all, entry->d_name);
      strcat(all, entry->d_type == DTYPE_DIRECTORY ? "/ " : entry->d_type == DTYPE_LINK ? "@ " : " ");
    }

  closedir(dir);
  return all;
}

static int lists(FAR const char *path, FAR const char *expected)
{
  FAR const char *found = names(path);
  if (strcmp(found, expected) == 0) return 1;
  printf("%s\\n", found);
  return 0;
}
`;

test('mkdir, rmdir, unlink and rename in the pseudo file system', () =>
  expectCalls(includes, [
    ['lists("/", "bin/ dev/ proc/ ")', 1],
    ['lists("/dev", "console null telnet zero ")', 1],
    ['mkdir("/a", 0777)', 0],
    ['mkdir("/a", 0777)', 'EEXIST'],
    ['mkdir("/", 0777)', 'EEXIST'],
    ['mkdir("", 0777)', 'ENOENT'],
    ['mkdir(NULL, 0777)', 'EINVAL'],
    ['mkdir("/dev/null/x", 0777)', 'ENOTDIR'],
    ['mkdir("/a234567890123456789012345678901234567890", 0777)', 'ENAMETOOLONG'],
    ['mkdir("/x/y/z", 0777)', 0],
    ['lists("/", "a/ bin/ dev/ proc/ x/ ")', 1],
    ['type("/x/y")', 4],
    ['rmdir("/x/y")', 'ENOTEMPTY'],
    ['rmdir("/x/y/z")', 0],
    ['rmdir("/x/y/z")', 'ENOENT'],
    ['rmdir("/dev/null")', 'ENOTDIR'],
    ['rmdir(NULL)', 'EINVAL'],
    ['rmdir("/bin")', 'EBUSY'],
    ['unlink("/x")', 'EISDIR'],
    ['unlink("/bin")', 'ENXIO'],
    ['unlink("/bin/main")', 'EROFS'],
    ['unlink("/nothing")', 'ENOENT'],
    ['unlink(NULL)', 'EINVAL'],
    ['rename("/x/y", "/a/b")', 0],
    ['lists("/a", "b/ ")', 1],
    ['mkfifo("/a/b/pipe", 0666)', 0],
    ['rename("/a", "/c")', 0],
    ['type("/c/b/pipe")', 1],
    ['rename("/c", "/c/d")', 'EINVAL'],
    ['rename("/c", "/bin/c")', 'EXDEV'],
    ['rename("/bin", "/sbin")', 'EXDEV'],
    ['rename("/nothing", "/c")', 'ENOENT'],
    ['rename(NULL, "/c")', 'EINVAL'],
    ['rename("/c", NULL)', 'EINVAL'],
    ['rename("/c", "/c")', 0],
    // Into a directory that is there.
    ['rename("/c/b/pipe", "/x")', 0],
    ['lists("/x", "pipe ")', 1],
    // What has the name goes.
    ['mkfifo("/other", 0666)', 0],
    ['rename("/other", "/x/pipe")', 0],
    ['lists("/x", "pipe ")', 1],
    ['unlink("/x/pipe")', 0],
    ['rmdir("/x")', 0],
  ]));

test('paths: relative ones, dots, soft links; chdir, getcwd, link, symlink and readlink', () =>
  expectCalls(
    includes,
    [
      ['strcmp(getcwd(g_buffer, 64), "/")', 0],
      ['chdir("dev")', 0],
      ['strcmp(getcwd(g_buffer, 64), "/dev")', 0],
      ['strcmp(getenv("PWD"), "/dev")', 0],
      ['strcmp(getenv("OLDPWD"), "/")', 0],
      ['type("null")', 2],
      ['type("./../dev//null")', 2],
      ['type("../../dev/")', 4],
      ['chdir("null")', 'ENOTDIR'],
      ['chdir("nothing")', 'ENOENT'],
      ['chdir(NULL)', 'EINVAL'],
      ['getcwd(g_buffer, 4) == NULL && errno == ERANGE', 1],
      ['getcwd(g_buffer, 0) == NULL && errno == EINVAL', 1],
      ['(g_names = getcwd(NULL, 0), strcmp(g_names, "/dev"))', 0],
      ['(free(g_names), chdir("/bin"))', 0],
      ['strcmp(getcwd(g_buffer, 64), "/bin")', 0],
      ['(g_fd = open("/dev", O_RDONLY))', 3],
      ['fchdir(g_fd)', 0],
      ['strcmp(getcwd(g_buffer, 64), "/dev")', 0],
      ['fchdir(0)', 'ENOTDIR'],
      ['fchdir(9)', 'EBADF'],
      ['close(g_fd) + chdir("..")', 0],
      ['symlink("/dev", "/d")', 0],
      ['symlink("/dev", "/d")', 'EEXIST'],
      ['symlink(NULL, "/e")', 'EINVAL'],
      ['symlink("", "/e")', 'EINVAL'],
      ['symlink("/dev", NULL)', 'EINVAL'],
      ['symlink("/dev", "/bin/dev")', 'ENOSYS'],
      ['symlink("/dev", "/dev/null/dev")', 'ENOTDIR'],
      ['type("/d")', 10],
      ['type("/d/null")', 2],
      ['(stat("/d", &g_stat), g_stat.st_mode >> 12)', 4],
      ['lists("/", "bin/ d@ dev/ proc/ ")', 1],
      ['lists("/d", "console null telnet zero ")', 1],
      ['link("/d/null", "/n")', 0],
      ['(g_fd = open("/n", O_RDWR))', 3],
      ['read(g_fd, g_buffer, 8)', 0],
      ['close(g_fd)', 0],
      ['open("/n", O_RDWR | O_NOFOLLOW)', 'ELOOP'],
      ['readlink("/n", g_buffer, 64)', 7],
      ['memcmp(g_buffer, "/d/null", 7)', 0],
      ['readlink("/n", g_buffer, 3)', 3],
      ['readlink("/n", NULL, 64)', 'EINVAL'],
      ['readlink(NULL, g_buffer, 64)', 'EINVAL'],
      ['readlink("/dev", g_buffer, 64)', 'EINVAL'],
      ['readlink("/nothing", g_buffer, 64)', 'ENOENT'],
      ['readlink("/bin/main", g_buffer, 64)', 'ENOSYS'],
      ['symlink("/loop2", "/loop1") + symlink("/loop1", "/loop2")', 0],
      ['open("/loop1", O_RDWR)', 'ELOOP'],
      ['stat("/loop1", &g_stat)', 'ELOOP'],
      ['opendir("/loop1") == NULL && errno == ELOOP', 1],
      ['chdir("/d")', 0],
      ['strcmp(getcwd(g_buffer, 64), "/dev")', 0],
      ['unlink("/d")', 0],
      ['type("/dev/null")', 2],
    ],
    { config: { CONFIG_PSEUDOFS_SOFTLINKS: true } },
  ));

test('without CONFIG_PSEUDOFS_SOFTLINKS there are no soft links', () =>
  expectCalls(
    includes,
    [
      ['link("/dev/null", "/n")', 'ENOSYS'],
      ['symlink("/dev/null", "/n")', 'ENOSYS'],
      ['readlink("/dev/null", g_buffer, 64)', 'ENOSYS'],
    ],
    { config: { CONFIG_PSEUDOFS_SOFTLINKS: false } },
  ));

test('files on tmpfs: open, creat, read, write, lseek, pread, pwrite, truncate, stat, rename and unlink', () =>
  expectCalls(includes, [
    ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
    ['lists("/", "bin/ dev/ proc/ tmp/ ")', 1],
    ['open("/tmp/a", O_RDWR)', 'ENOENT'],
    ['open("/tmp/x/a", O_RDWR | O_CREAT, 0666)', 'ENOENT'],
    ['(g_fd = open("/tmp/a", O_RDWR | O_CREAT, 0666))', 3],
    ['open("/tmp/a", O_RDWR | O_CREAT | O_EXCL, 0666)', 'EEXIST'],
    ['open("/tmp/a/b", O_RDWR)', 'ENOTDIR'],
    ['open("/tmp/a", O_RDONLY | O_DIRECTORY)', 'ENOTDIR'],
    ['open("/tmp", O_RDWR)', 'EISDIR'],
    ['write(g_fd, "Hello, world", 12)', 12],
    ['lseek(g_fd, 0, SEEK_CUR)', 12],
    ['lseek(g_fd, -5, SEEK_END)', 7],
    ['read(g_fd, g_buffer, 64)', 5],
    ['memcmp(g_buffer, "world", 5)', 0],
    ['read(g_fd, g_buffer, 64)', 0],
    ['lseek(g_fd, -1, SEEK_SET)', 'EINVAL'],
    ['lseek(g_fd, INT64_MAX, SEEK_SET)', 'EOVERFLOW'],
    ['lseek(g_fd, 0, 7)', 'EINVAL'],
    ['lseek(9, 0, SEEK_SET)', 'EBADF'],
    ['lseek(g_fd, 5, SEEK_SET)', 5],
    ['pread(g_fd, g_buffer, 5, 0)', 5],
    ['memcmp(g_buffer, "Hello", 5)', 0],
    ['pwrite(g_fd, "J", 1, 0)', 1],
    ['lseek(g_fd, 0, SEEK_CUR)', 5],
    ['pread(g_fd, g_buffer, 5, -1)', 'EINVAL'],
    ['pwrite(g_fd, "x", 1, -1)', 'EINVAL'],
    ['pread(9, g_buffer, 5, 0)', 'EBADF'],
    ['pwrite(9, "x", 1, 0)', 'EBADF'],
    ['pwrite(g_fd, "far", 3, 2000)', 3],
    ['fstat(g_fd, &g_stat)', 0],
    ['g_stat.st_size', 2003],
    ['S_ISREG(g_stat.st_mode)', 1],
    ['pread(g_fd, g_buffer, 8, 1990) == 8 && g_buffer[7] == 0', 1],
    ['ioctl(g_fd, FIONREAD, &g_stat) == 0 && *(int *)&g_stat == 1998', 1],
    ['ioctl(g_fd, 0x7777, 0)', 'ENOTTY'],
    ['ioctl(9, FIONREAD, &g_stat)', 'EBADF'],
    ['ftruncate(g_fd, 4)', 0],
    ['ftruncate(g_fd, -1)', 'EINVAL'],
    ['ftruncate(9, 0)', 'EBADF'],
    ['ftruncate(0, 0)', 'EINVAL'],
    ['fsync(g_fd)', 0],
    ['fsync(9)', 'EBADF'],
    ['fsync(0)', 'EINVAL'],
    ['truncate("/tmp/a", 6)', 0],
    ['truncate("/tmp/b", 6)', 'ENOENT'],
    ['truncate(NULL, 6)', 'EINVAL'],
    ['truncate("/dev/null", 6)', 'EINVAL'],
    ['truncate("/tmp", 6)', 'EISDIR'],
    ['stat("/tmp/a", &g_stat) == 0 ? (int)g_stat.st_size : -1', 6],
    ['pread(g_fd, g_buffer, 64, 0)', 6],
    ['memcmp(g_buffer, "Jell\\0\\0", 6)', 0],
    // An appender writes at the end, wherever it stands.
    ['(close(g_fd), g_fd = open("/tmp/a", O_WRONLY | O_APPEND))', 3],
    ['write(g_fd, "ab", 2)', 2],
    ['lseek(g_fd, 0, SEEK_SET)', 0],
    ['write(g_fd, "cd", 2)', 2],
    ['read(g_fd, g_buffer, 2)', 'EACCES'],
    ['pread(g_fd, g_buffer, 2, 0)', 'EACCES'],
    ['(close(g_fd), g_fd = open("/tmp/a", O_RDONLY))', 3],
    ['pwrite(g_fd, "x", 1, 0)', 'EACCES'],
    ['ftruncate(g_fd, 0)', 'EACCES'],
    ['lseek(g_fd, 0, SEEK_END)', 10],
    // A file whose name is gone goes with its last descriptor.
    ['unlink("/tmp/a")', 0],
    ['stat("/tmp/a", &g_stat)', 'ENOENT'],
    ['pread(g_fd, g_buffer, 4, 0)', 4],
    ['close(g_fd)', 0],
    ['(g_fd = creat("/tmp/c", 0666))', 3],
    ['write(g_fd, "1234", 4)', 4],
    ['close(g_fd)', 0],
    ['close(creat("/tmp/c", 0666))', 0],
    ['stat("/tmp/c", &g_stat) == 0 ? (int)g_stat.st_size : -1', 0],
    ['mkdir("/tmp/d", 0777)', 0],
    ['mkdir("/tmp/d", 0777)', 'EEXIST'],
    ['mkdir("/tmp/e/f", 0777)', 'ENOENT'],
    ['mkdir("/tmp/c/f", 0777)', 'ENOTDIR'],
    ['rename("/tmp/d", "/tmp/c")', 'ENOTDIR'],
    ['rename("/tmp/c", "/tmp/d")', 0],
    ['lists("/tmp/d", "c ")', 1],
    // What is replaced goes, with its bytes.
    ['close(creat("/tmp/new", 0666))', 0],
    ['rename("/tmp/new", "/tmp/d/c")', 0],
    ['lists("/tmp/d", "c ")', 1],
    ['rename("/tmp/d", "/tmp/e")', 0],
    ['lists("/tmp", "e/ ")', 1],
    ['rename("/tmp/e", "/elsewhere")', 'EXDEV'],
    ['rename("/tmp/e", "/tmp/e/f")', 'EINVAL'],
    ['rename("/tmp", "/temp")', 'EXDEV'],
    ['rmdir("/tmp/e")', 'ENOTEMPTY'],
    ['rmdir("/tmp/e/c")', 'ENOTDIR'],
    ['unlink("/tmp/e")', 'EISDIR'],
    ['unlink("/tmp/e/c")', 0],
    ['rmdir("/tmp/e")', 0],
    ['rmdir("/tmp")', 'EBUSY'],
    ['lists("/tmp", "")', 1],
    ['umount("/tmp")', 0],
    ['lists("/tmp", "")', 1],
    ['rmdir("/tmp")', 0],
  ]));

test('mount, umount and umount2', () =>
  expectCalls(includes, [
    ['mount(NULL, NULL, "tmpfs", 0, NULL)', 'EFAULT'],
    ['mount(NULL, "/mnt", NULL, 0, NULL)', 'EFAULT'],
    ['mount(NULL, "/mnt", "nofs", 0, NULL)', 'ENODEV'],
    ['mount(NULL, "/mnt", "constructor", 0, NULL)', 'ENODEV'],
    ['mount(NULL, "/dev/null", "tmpfs", 0, NULL)', 'ENOTDIR'],
    ['mount(NULL, "/dev", "tmpfs", 0, NULL)', 'ENOTEMPTY'],
    ['mount(NULL, "/", "tmpfs", 0, NULL)', 'EINVAL'],
    ['mount(NULL, "/mnt/a", "tmpfs", 0, NULL)', 0],
    ['mount(NULL, "/mnt/a", "tmpfs", 0, NULL)', 'EBUSY'],
    ['mount(NULL, "/mnt/a/b", "tmpfs", 0, NULL)', 'ENOTDIR'],
    ['mount(NULL, "/ro", "tmpfs", MS_RDONLY, NULL)', 0],
    ['creat("/ro/a", 0666)', 'EROFS'],
    ['open("/ro/a", O_RDONLY)', 'ENOENT'],
    ['mkdir("/ro/a", 0777)', 'EROFS'],
    ['unlink("/ro/a")', 'EROFS'],
    ['rmdir("/ro/a")', 'EROFS'],
    ['(g_fd = creat("/mnt/a/file", 0666))', 3],
    ['umount(NULL)', 'EFAULT'],
    ['umount("/mnt")', 'EINVAL'],
    ['umount("/nothing")', 'ENOENT'],
    ['umount("/mnt/a/file")', 'EINVAL'],
    ['umount("/mnt/a")', 'EBUSY'],
    ['umount2("/mnt/a", MNT_FORCE)', 0],
    ['write(g_fd, "x", 1)', 'EBADF'],
    ['read(g_fd, g_buffer, 1)', 'EACCES'],
    ['lseek(g_fd, 0, SEEK_END)', 'EBADF'],
    ['ftruncate(g_fd, 0)', 'EBADF'],
    ['fsync(g_fd)', 'EBADF'],
    ['fstat(g_fd, &g_stat)', 'EBADF'],
    ['close(g_fd)', 0],
    ['umount("/ro")', 0],
    ['statfs("/bin", &g_statfs) == 0 && g_statfs.f_type == BINFS_MAGIC', 1],
    ['mount(NULL, "/mnt/a", "tmpfs", 0, NULL)', 0],
    ['statfs("/mnt/a", &g_statfs) == 0 && g_statfs.f_type == TMPFS_MAGIC && g_statfs.f_bsize == 512', 1],
    ['statfs("/dev/null", &g_statfs) == 0 && g_statfs.f_type == PROC_SUPER_MAGIC', 1],
    ['statfs("/nothing", &g_statfs)', 'ENOENT'],
    ['statfs(NULL, &g_statfs)', 'EFAULT'],
    ['statfs("/dev", NULL)', 'EFAULT'],
    ['(g_fd = creat("/mnt/a/file", 0666))', 3],
    ['fstatfs(g_fd, &g_statfs) == 0 && g_statfs.f_type == TMPFS_MAGIC', 1],
    ['fstatfs(0, &g_statfs) == 0 && g_statfs.f_type == PROC_SUPER_MAGIC', 1],
    ['fstatfs(9, &g_statfs)', 'EBADF'],
    ['fstatfs(0, NULL)', 'EFAULT'],
  ]));

test('stat, fstat and access', () =>
  expectCalls(includes, [
    ['stat("/", &g_stat) == 0 && g_stat.st_mode == (S_IFDIR | 0444)', 1],
    ['stat("/dev/null", &g_stat) == 0 && g_stat.st_mode == (S_IFCHR | 0666)', 1],
    ['stat("/bin/main", &g_stat) == 0 && g_stat.st_mode == (S_IFREG | 0555)', 1],
    ['stat("/nothing", &g_stat)', 'ENOENT'],
    ['stat("", &g_stat)', 'ENOENT'],
    ['stat(NULL, &g_stat)', 'EFAULT'],
    ['stat("/", NULL)', 'EFAULT'],
    ['lstat(NULL, &g_stat)', 'EFAULT'],
    ['fstat(0, &g_stat) == 0 && S_ISCHR(g_stat.st_mode)', 1],
    ['fstat(9, &g_stat)', 'EBADF'],
    ['fstat(0, NULL)', 'EFAULT'],
    ['access("/dev/null", R_OK | W_OK)', 0],
    ['access("/dev/null", X_OK)', 'EACCES'],
    ['access("/bin/main", X_OK | R_OK)', 0],
    ['access("/bin/main", W_OK)', 'EACCES'],
    ['access("/bin", F_OK)', 0],
    ['access("/nothing", F_OK)', 'ENOENT'],
    ['access("/dev/null", 8)', 'EINVAL'],
    ['access(NULL, F_OK)', 'EINVAL'],
  ]));

test('opendir, readdir, readdir_r, rewinddir, seekdir, telldir and closedir', () =>
  expectCalls(
    `${includes}
static DIR *g_dir;
static struct dirent g_entry;
static struct dirent *g_next;
static long g_place;

static int next_is(FAR const char *name)
{
  struct dirent *entry = readdir(g_dir);
  return strcmp(entry ? entry->d_name : "(end)", name) == 0;
}

static int until_full(void)
{
  int error;
  while (dup(0) >= 0);
  error = opendir("/dev") == NULL ? errno : 0;
  for (int fd = 3; fd < 256; fd++) close(fd);
  errno = error;
  return -1;
}
`,
    [
      ['opendir(NULL) == NULL && errno == EINVAL', 1],
      ['opendir("/nothing") == NULL && errno == ENOENT', 1],
      ['opendir("/dev/null") == NULL && errno == ENOTDIR', 1],
      ['until_full()', 'EMFILE'],
      ['(g_dir = opendir("/dev")) != NULL', 1],
      ['dirfd(g_dir)', 3],
      ['telldir(g_dir)', 0],
      ['next_is("console")', 1],
      ['(g_place = telldir(g_dir))', 1],
      ['next_is("null")', 1],
      ['next_is("telnet")', 1],
      ['readdir_r(g_dir, &g_entry, &g_next)', 0],
      ['g_next == &g_entry && strcmp(g_entry.d_name, "zero") == 0 && g_entry.d_type == DTYPE_CHR', 1],
      ['readdir_r(g_dir, &g_entry, &g_next)', 0],
      ['g_next == NULL', 1],
      ['next_is("(end)") && errno == 0', 1],
      ['(seekdir(g_dir, g_place), next_is("null"))', 1],
      ['mkfifo("/dev/a", 0666)', 0],
      ['(rewinddir(g_dir), next_is("a"))', 1],
      ['unlink("/dev/a") + unlink("/dev/console")', 0],
      ['next_is("console") && next_is("null")', 1],
      ['readdir_r(g_dir, NULL, &g_next)', 22],
      ['readdir_r(NULL, &g_entry, &g_next)', 9],
      ['closedir(g_dir)', 0],
      ['closedir(NULL)', 'EBADF'],
      ['telldir(NULL)', 'EBADF'],
      ['readdir(NULL) == NULL && errno == EBADF', 1],
      ['(g_fd = open("/dev", O_RDONLY | O_DIRECTORY))', 3],
      ['(g_dir = fdopendir(g_fd)) != NULL', 1],
      ['next_is("null")', 1],
      ['fstat(g_fd, &g_stat) == 0 && S_ISDIR(g_stat.st_mode)', 1],
      ['closedir(g_dir)', 0],
      ['fdopendir(3) == NULL && errno == EBADF', 1],
      ['fdopendir(0) == NULL && errno == ENOTDIR', 1],
      ['strncmp(names("/bin"), "main ", 5)', 0],
    ],
  ));

test('scandir and alphasort', () =>
  expectCalls(
    `${includes}
static struct dirent **g_list;

static int has_o(FAR const struct dirent *entry)
{
  return strchr(entry->d_name, 'o') != NULL;
}
`,
    [
      ['scandir("/dev", &g_list, has_o, alphasort)', 2],
      ['strcmp(g_list[0]->d_name, "console") + strcmp(g_list[1]->d_name, "zero")', 0],
      ['(free(g_list[0]), free(g_list[1]), free(g_list), scandir("/nothing", &g_list, NULL, NULL))', 'ENOENT'],
    ],
  ));

test('/dev/null and /dev/zero; requests of ioctl that every file takes', () =>
  expectCalls(
    `${includes}
static int g_value;
static int g_fds[2];

static int pipe_value(int request)
{
  return ioctl(g_fds[0], request, &g_value) < 0 ? -1 : g_value;
}
`,
    [
      ['pipe(g_fds) + write(g_fds[1], "abc", 3)', 3],
      ['pipe_value(FIONREAD)', 3],
      ['pipe_value(FIONWRITE)', 3],
      ['pipe_value(FIONSPACE)', 1021],
      ['pipe_value(0x7777)', 'ENOTTY'],
      ['close(g_fds[0]) + close(g_fds[1])', 0],
      ['(g_fd = open("/dev/null", O_RDWR))', 3],
      ['write(g_fd, "gone", 4)', 4],
      ['read(g_fd, g_buffer, 4)', 0],
      ['lseek(g_fd, 10, SEEK_SET)', 10],
      ['lseek(g_fd, 5, SEEK_CUR)', 15],
      ['lseek(g_fd, 0, SEEK_END)', 'ENOSYS'],
      ['close(g_fd)', 0],
      ['(g_fd = open("/dev/zero", O_RDWR))', 3],
      ['(memset(g_buffer, 1, 64), read(g_fd, g_buffer, 63))', 63],
      ['g_buffer[62] + g_buffer[63]', 1],
      ['write(g_fd, "gone", 4)', 4],
      ['pread(g_fd, g_buffer, 4, 100)', 4],
      ['(g_value = 1, ioctl(g_fd, FIONBIO, &g_value))', 0],
      ['fcntl(g_fd, F_GETFL) & O_NONBLOCK ? 1 : 0', 1],
      ['(g_value = 0, ioctl(g_fd, FIONBIO, &g_value))', 0],
      ['fcntl(g_fd, F_GETFL) & O_NONBLOCK', 0],
      ['ioctl(g_fd, FIOCLEX, 0)', 0],
      ['fcntl(g_fd, F_GETFD)', 1],
      ['ioctl(g_fd, FIONCLEX, 0)', 0],
      ['fcntl(g_fd, F_GETFD)', 0],
      ['ioctl(g_fd, FIOC_FILEPATH, g_buffer)', 0],
      ['strcmp(g_buffer, "/dev/zero")', 0],
      ['ioctl(g_fd, FIONREAD, &g_value)', 'ENOTTY'],
    ],
  ));

test('message queues and semaphores have names in the tree', () =>
  expectCalls(
    `${includes}#include <mqueue.h>
#include <semaphore.h>

static mqd_t g_mqd;
static FAR sem_t *g_sem;
`,
    [
      ['(g_mqd = mq_open("/q", O_RDWR | O_CREAT, 0666, NULL))', 3],
      ['(g_sem = sem_open("s", O_CREAT, 0666, 1)) != SEM_FAILED', 1],
      ['lists("/", "bin/ dev/ proc/ var/ ")', 1],
      ['lists("/var", "mqueue/ sem/ ")', 1],
      ['lists("/var/mqueue", "q ") && type("/var/mqueue/q") == DTYPE_MQ', 1],
      ['lists("/var/sem", "s ") && type("/var/sem/s") == DTYPE_SEM', 1],
      ['open("/var/mqueue/q", O_RDWR)', 'ENXIO'],
      ['unlink("/var/mqueue/q")', 'ENXIO'],
      ['unlink("/var/sem/s")', 'ENXIO'],
      ['mkdir("/var/mqueue/d", 0777) + mkdir("/var/sem/d", 0777)', 0],
      ['mq_open("d", O_RDWR | O_CREAT, 0666, NULL)', 'ENXIO'],
      ['sem_open("d", O_CREAT, 0666, 1) == SEM_FAILED && errno == ENXIO', 1],
      ['mq_unlink("/q") + sem_unlink("s")', 0],
      ['lists("/var/mqueue", "d/ ") && lists("/var/sem", "d/ ")', 1],
      ['mq_close(g_mqd) + sem_close(g_sem)', 0],
    ],
  ));

test('the tree without RAM', () =>
  expectCalls(
    `${includes}#include <nuttx/fs/fs.h>

static void *volatile g_block;
static int g_size;
static const struct file_operations g_ops;
`,
    [
      ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
      ['(g_fd = creat("/tmp/a", 0666))', 3],
      ['({ for (g_size = 1 << 20; g_size >= 16; g_size /= 2) while ((g_block = malloc(g_size)) != NULL); 0; })', 0],
      ['write(g_fd, "x", 1)', 'ENOMEM'],
      ['ftruncate(g_fd, 1)', 'ENOMEM'],
      ['creat("/tmp/b", 0666)', 'ENOMEM'],
      ['mkdir("/tmp/b", 0777)', 'ENOMEM'],
      ['mount(NULL, "/mnt", "tmpfs", 0, NULL)', 'ENOMEM'],
      ['access("/mnt", F_OK)', 'ENOENT'],
      ['opendir("/tmp") == NULL && errno == ENOMEM', 1],
      ['getcwd(NULL, 0) == NULL && errno == ENOMEM', 1],
      ['chdir("/tmp")', 'ENOMEM'],
      ['register_driver("/dev/x", &g_ops, 0666, NULL)', -12],
      ['close(g_fd)', 0],
    ],
  ));

test('pread and pwrite of a pipe wait as read and write do', () =>
  expectCalls(
    `${includes}#include <pthread.h>
#include <signal.h>

static int g_fds[2];
static char g_bytes[1024];
static pthread_t g_thread;

static void handler(int signo)
{
}

static FAR void *write_later(FAR void *arg)
{
  usleep(30000);
  write(g_fds[1], "late", 4);
  usleep(30000);
  read(g_fds[0], g_bytes, 600);
  usleep(30000);
  pthread_kill((pthread_t)arg, SIGUSR1);
  return NULL;
}

static int begin(void)
{
  signal(SIGUSR1, handler);
  return pthread_create(&g_thread, NULL, write_later, (FAR void *)pthread_self());
}
`,
    [
      ['pipe(g_fds) + begin()', 0],
      ['pread(g_fds[0], g_buffer, 64, 5)', 4],
      ['write(g_fds[1], g_bytes, 1024)', 1024],
      ['pwrite(g_fds[1], g_bytes, 600, 5)', 600],
      ['read(g_fds[0], g_bytes, 1024)', 1024],
      ['pread(g_fds[0], g_buffer, 64, 5)', 'EINTR'],
      ['pthread_join(g_thread, NULL)', 0],
    ],
  ));

const writer = `#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int argc, FAR char *argv[])
{
  char text[600];
  struct dirent *entry;
  mount(NULL, "/tmp", "tmpfs", 0, NULL);
  int fd = open("/tmp/a", O_RDWR | O_CREAT, 0666);
  memset(text, 'a', sizeof(text));
  write(fd, text, sizeof(text));
  rename("/tmp/a", "/tmp/b");
  unlink("/tmp/b");
  write(fd, text, sizeof(text));
  close(creat("/tmp/c", 0666));
  DIR *dir = opendir("/tmp");
  while ((entry = readdir(dir)) != NULL) printf("%s\\n", entry->d_name);
  closedir(dir);
  chdir("/tmp");
  printf("%d %d\\n", (int)lseek(fd, 0, SEEK_END), access("c", F_OK));
  return 0;
}
`;

test('a checkpoint holds what is in the tree at every position', async () => {
  const machine = (await compile(writer)).boot();
  expectCheckpointsHold(machine);
  expect(machine.lines.slice(0, 2)).toEqual(['c', '1200 0']);
});

test('native programs use the tree as C does', async () => {
  const program: NativeProgram = {
    name: 'native',
    priority: 110,
    stackSize: 4096,
    *entry(sys) {
      yield* sys.mount('', '/tmp', 'tmpfs', 0, 0);
      yield* sys.mkdir('/tmp/d', 0o777);
      const fd = yield* sys.open('/tmp/d/f', 0o102, 0o666);
      const buffer = yield* sys.alloc(128);
      yield* sys.store(buffer, new TextEncoder().encode('Hello'));
      yield* sys.write(fd, buffer, 5);
      yield* sys.pread(fd, buffer, 3, 2);
      yield* sys.write(1, buffer, 3);
      yield* sys.stat('/tmp/d/f', buffer);
      const dir = yield* sys.opendir('/tmp/d');
      const entry = yield* sys.readdir(dir);
      yield* sys.write(1, entry + 1, 1);
      yield* sys.store(buffer, new Uint8Array([48 + (yield* sys.lseek(fd, 0, 2)), 10]));
      yield* sys.write(1, buffer, 2);
      return yield* sys.closedir(dir);
    },
  };
  const firmware = await compile(`
#include <sched.h>
int main(int argc, FAR char *argv[])
{
  return task_create("native", 110, 4096, (main_t)${nativeEntry(0)}, NULL) < 0;
}
`);
  const machine = firmware.boot([], { programs: [program] });
  machine.finish();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual(['llof5']);
});
