/** What comes with block devices and volumes beside the calls of files. */
import { entry, returned } from '../call';
import { fat_getattrib, fat_setattrib } from './fat/attributes';
import { mkfatfs } from './fat/mkfatfs';
import { ramdisk_register } from './ramdisk';

export const volumeCalls = [
  entry(
    '',
    'int ramdisk_register(int minor, uint8_t *buffer, uint32_t nsectors, uint16_t sectsize, uint8_t rdflags)',
    ramdisk_register,
    returned,
  ),
  entry('', 'int mkfatfs(const char *pathname, struct fat_format_s *fmt)', mkfatfs),
  entry('', 'int fat_getattrib(const char *path, fat_attrib_t *attrib)', fat_getattrib),
  entry('', 'int fat_setattrib(const char *path, fat_attrib_t setbits, fat_attrib_t clearbits)', fat_setattrib),
] as const;
