import { expect, test } from 'vitest';
import { compile } from '../firmware';

const source = `#include <errno.h>
#include <fcntl.h>
#include <fsutils/mkfatfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/boardctl.h>
#include <sys/mount.h>
#include <unistd.h>

static const char *const g_devices[] = { "/dev/mmcsd0", "/dev/mtdblock0" };
static const char *const g_folders[] = { "/mnt/card", "/mnt/flash" };

int main(int argc, char *argv[])
{
  struct boardioc_reset_cause_s cause;
  struct fat_format_s format = FAT_FORMAT_INITIALIZER;
  char path[40], text[30] = "";
  boardctl(BOARDIOC_RESET_CAUSE, (uintptr_t)&cause);
  for (int i = 0; i < 2; i++)
    {
      if (cause.flag == 0 && mkfatfs(g_devices[i], &format) < 0) printf("mkfatfs: %d\\n", errno);
      if (mount(g_devices[i], g_folders[i], "vfat", 0, NULL) < 0) printf("mount: %d\\n", errno);
      snprintf(path, sizeof(path), "%s/kept.txt", g_folders[i]);
      int fd = open(path, cause.flag == 0 ? O_WRONLY | O_CREAT : O_RDONLY);
      if (cause.flag == 0) write(fd, path, strlen(path));
      else read(fd, text, sizeof(text) - 1);
      close(fd);
      if (cause.flag > 0) printf("%s\\n", text);
    }

  if (cause.flag == 0) boardctl(BOARDIOC_RESET, 1);
  return 0;
}
`;

test('FAT volumes on the card and in the flash chip are there after a reset', async () => {
  const machine = (await compile(source, { board: 'controller' })).run();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual(['/mnt/card/kept.txt', '/mnt/flash/kept.txt']);
});
