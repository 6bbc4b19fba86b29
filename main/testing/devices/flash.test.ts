import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <nuttx/mtd/mtd.h>
#include <nuttx/spi/spi_transfer.h>
#include <sys/ioctl.h>

static int g_fd, g_mtd;
static uint8_t g_tx[300], g_rx[300];
static uint16_t g_words[2] = { 0x9f00, 0x0000 };
static struct spi_trans_s g_trans[2];
static struct spi_sequence_s g_seq;
static struct mtd_geometry_s g_geometry;
static struct mtd_erase_s g_erase;
static uint8_t g_state;
static struct timespec g_begin, g_end;

static void sequence(int ntrans)
{
  g_seq = (struct spi_sequence_s) { SPIDEV_FLASH(0), SPIDEV_MODE0, 8, ntrans, 10000000, g_trans };
}

/* A command of some bytes, and what comes in with them. */

static int command(int length)
{
  sequence(1);
  g_trans[0] = (struct spi_trans_s) { .deselect = true, .nwords = length, .txbuffer = g_tx, .rxbuffer = g_rx };
  return ioctl(g_fd, SPIIOC_TRANSFER, &g_seq);
}

static int byte(int code)
{
  g_tx[0] = code;
  return command(1);
}

static int at(int code, int address, int length)
{
  g_tx[0] = code;
  g_tx[1] = address >> 16;
  g_tx[2] = address >> 8;
  g_tx[3] = address;
  return command(4 + length);
}

static int status(void)
{
  g_tx[0] = 0x05;
  return command(2) < 0 ? -1 : g_rx[1];
}

/* Until it is ready: milliseconds. */

static int ready(void)
{
  clock_gettime(CLOCK_MONOTONIC, &g_begin);
  while (status() & 1);
  clock_gettime(CLOCK_MONOTONIC, &g_end);
  return (g_end.tv_sec - g_begin.tv_sec) * 1000 + (g_end.tv_nsec - g_begin.tv_nsec) / 1000000;
}

static int program(int address, int value, int length)
{
  memset(g_tx + 4, value, length);
  return byte(0x06) + at(0x02, address, length) + ready();
}

static int read_at(int address)
{
  return at(0x03, address, 1) < 0 ? -1 : g_rx[4];
}

static int bad_mode(void)
{
  sequence(1);
  g_seq.mode = 4;
  return ioctl(g_fd, SPIIOC_TRANSFER, &g_seq);
}

static int bad_bits(int bits)
{
  sequence(1);
  g_seq.nbits = bits;
  return ioctl(g_fd, SPIIOC_TRANSFER, &g_seq);
}

static int bad_frequency(void)
{
  sequence(1);
  g_seq.frequency = 0;
  return ioctl(g_fd, SPIIOC_TRANSFER, &g_seq);
}

static int nothing(int ntrans, FAR struct spi_trans_s *trans)
{
  sequence(ntrans);
  g_seq.trans = trans;
  return ioctl(g_fd, SPIIOC_TRANSFER, &g_seq);
}

static int absent(void)
{
  g_tx[0] = 0x9f;
  sequence(1);
  g_seq.dev = SPIDEV_FLASH(1);
  return ioctl(g_fd, SPIIOC_TRANSFER, &g_seq) < 0 ? -1 : g_rx[1];
}

/* The same in words of 16 bits, and in two parts with one chip select. */

static int words(void)
{
  sequence(1);
  g_seq.nbits = 16;
  g_trans[0] = (struct spi_trans_s) { .nwords = 2, .txbuffer = g_words, .rxbuffer = g_words };
  return ioctl(g_fd, SPIIOC_TRANSFER, &g_seq) < 0 ? -1 : g_words[1];
}

static int parts(bool deselect)
{
  sequence(2);
  g_tx[0] = 0x9f;
  g_trans[0] = (struct spi_trans_s) { .deselect = deselect, .nwords = 1, .txbuffer = g_tx };
  g_trans[1] = (struct spi_trans_s) { .deselect = true, .nwords = 3, .rxbuffer = g_rx, .delay = 100 };
  return ioctl(g_fd, SPIIOC_TRANSFER, &g_seq) < 0 ? -1 : (g_rx[0] << 16) | (g_rx[1] << 8) | g_rx[2];
}

static int erase(int first, int count)
{
  g_erase.startblock = first;
  g_erase.nblocks = count;
  return ioctl(g_mtd, MTDIOC_ERASESECTORS, &g_erase);
}
`;

test('/dev/spi0 and the flash chip on it: every ioctl, every command and the errors', () =>
  expectCalls(
    setup,
    [
      ['g_fd = open("/dev/spi0", O_RDWR)', 3],
      ['read(g_fd, g_rx, 4)', 0],
      ['write(g_fd, g_rx, 4)', 4],
      ['ioctl(g_fd, 0x22ff, 0)', 'ENOTTY'],
      ['ioctl(g_fd, SPIIOC_TRANSFER, NULL)', 'EINVAL'],
      ['bad_mode()', 'EINVAL'],
      ['bad_bits(0)', 'EINVAL'],
      ['bad_bits(17)', 'EINVAL'],
      ['bad_frequency()', 'EINVAL'],
      ['nothing(0, g_trans)', 'EINVAL'],
      ['nothing(1, NULL)', 'EINVAL'],
      ['(g_trans[0].nwords = 65536, nothing(1, g_trans))', 'EINVAL'],
      ['(g_tx[0] = 0x9f, command(4))', 0],
      ['g_rx[1] * 65536 + g_rx[2] * 256 + g_rx[3]', 0xef4014],
      ['absent()', 0xff],
      ['words()', 0x4014],
      ['parts(false)', 0xef4014],
      ['parts(true)', 0xffffff],
      ['at(0xab, 0, 1) + g_rx[4]', 0x13],
      ['at(0x90, 0, 2) + g_rx[4] * 256 + g_rx[5]', 0xef13],

      // Only with write enable, and only from one to zero.
      ['read_at(0x1234)', 0xff],
      ['at(0x02, 0x1234, 1) + status()', 0],
      ['byte(0x06) + status()', 2],
      ['byte(0x04) + status()', 0],
      ['program(0x1234, 0x0f, 1)', 0],
      ['read_at(0x1234)', 0x0f],
      ['program(0x1234, 0x55, 1)', 0],
      ['read_at(0x1234)', 0x05],
      // A page's end comes to its beginning.
      ['program(0x10ff, 0x11, 2)', 0],
      ['read_at(0x10ff)', 0x11],
      ['read_at(0x1000)', 0x11],
      ['at(0x0b, 0x10ff, 2) + g_rx[5]', 0x11],
      // While it erases it says so, and hears nothing else.
      ['byte(0x06) + at(0x20, 0x1fff, 0)', 0],
      ['status()', 1],
      ['(read_at(0x1234), g_rx[4])', 0xff],
      ['ready() / 10', 4],
      ['read_at(0x1234)', 0xff],
      ['program(0xf0000, 0, 4) + read_at(0xf0003)', 0],
      ['byte(0x06) + at(0xd8, 0xf0000, 0) + ready() / 10', 15],
      ['program(0x8000, 0, 4) + byte(0x06) + at(0x52, 0x8000, 0) + ready() / 10', 12],
      ['program(0, 0, 4) + byte(0x06) + byte(0xc7) + ready() / 100', 20],
      ['read_at(0)', 0xff],
      // The upper 64 KiB are protected.
      ['(g_tx[0] = 0x01, g_tx[1] = 0x04, byte(0x06), g_tx[0] = 0x01, command(2))', 0],
      ['ready() / 10', 0],
      ['status()', 4],
      ['program(0xf0000, 0, 1) + read_at(0xf0000)', 0xff],
      ['program(0xeffff, 0, 1) + read_at(0xeffff)', 0],
      ['(byte(0x06), g_tx[0] = 0x01, g_tx[1] = 0, command(2)) + ready() * 0 + status()', 0],
      // Powered down it hears nothing but its wake-up call.
      ['byte(0xb9) + read_at(0xeffff)', 0xff],
      ['byte(0xab) + read_at(0xeffff)', 0],
      ['close(g_fd)', 0],
    ],
    controller,
  ));

test('/dev/mtdblock0 and /dev/mmcsd0: bytes of the chip and of the card', () =>
  expectCalls(
    setup,
    [
      ['g_mtd = open("/dev/mtdblock0", O_RDWR)', 3],
      ['ioctl(g_mtd, MTDIOC_GEOMETRY, NULL)', 'EINVAL'],
      ['ioctl(g_mtd, MTDIOC_ERASESTATE, NULL)', 'EINVAL'],
      ['ioctl(g_mtd, MTDIOC_ERASESECTORS, NULL)', 'EINVAL'],
      ['ioctl(g_mtd, 0x06ff, 0)', 'ENOTTY'],
      ['ioctl(g_mtd, MTDIOC_GEOMETRY, &g_geometry)', 0],
      ['g_geometry.blocksize + g_geometry.erasesize + g_geometry.neraseblocks', 512 + 4096 + 256],
      ['strcmp(g_geometry.model, "w25")', 0],
      ['ioctl(g_mtd, MTDIOC_ERASESTATE, &g_state) + g_state', 0xff],
      ['lseek(g_mtd, 5000, SEEK_SET)', 5000],
      ['write(g_mtd, "hello", 5)', 5],
      ['lseek(g_mtd, 4999, SEEK_SET)', 4999],
      ['read(g_mtd, g_rx, 7)', 7],
      ['g_rx[0] * 256 + g_rx[6]', 0xffff],
      ['memcmp(g_rx + 1, "hello", 5)', 0],
      // The same on the bus; what was zero can be one again here, since the driver erases.
      ['g_fd = open("/dev/spi0", O_RDWR)', 4],
      ['read_at(5000)', 'h'.charCodeAt(0)],
      ['lseek(g_mtd, 5000, SEEK_SET) - 5000 + write(g_mtd, "\\377\\377", 2)', 2],
      ['read_at(5001)', 0xff],
      ['erase(256, 1)', 'EINVAL'],
      ['erase(0, 0)', 'EINVAL'],
      ['erase(1, 1)', 0],
      ['read_at(5003)', 0xff],
      ['write(g_mtd, "x", 1) + ioctl(g_mtd, MTDIOC_BULKERASE, 0)', 1],
      ['read_at(5002)', 0xff],
      ['(byte(0x06), g_tx[0] = 0x01, g_tx[1] = 0x1c, command(2)) + ready() * 0', 0],
      ['write(g_mtd, "x", 1)', 'EIO'],
      ['erase(1, 1)', 'EIO'],
      ['close(g_mtd) + close(g_fd)', 0],

      ['g_fd = open("/dev/mmcsd0", O_RDWR)', 3],
      ['lseek(g_fd, 0, SEEK_END)', 1 << 20],
      ['write(g_fd, "x", 1)', 'EFBIG'],
      ['lseek(g_fd, 700, SEEK_SET) - 700 + write(g_fd, "card", 4)', 4],
      ['lseek(g_fd, 699, SEEK_SET) - 699 + read(g_fd, g_rx, 6)', 6],
      ['g_rx[0] + memcmp(g_rx + 1, "card", 4) + g_rx[5]', 0],
      ['lseek(g_fd, 0, SEEK_END) + read(g_fd, g_rx, 1)', 1 << 20],
    ],
    controller,
  ));

const source = `#include <fcntl.h>
#include <nuttx/spi/spi_transfer.h>
#include <stdio.h>
#include <sys/ioctl.h>

int main(int argc, char *argv[])
{
  static const unsigned char command[4] = { 0x9f };
  static unsigned char id[4];
  static unsigned char page[256];
  struct spi_trans_s trans[2] =
  {
    { .nwords = 4, .txbuffer = command, .rxbuffer = id },
    { .deselect = true, .nwords = 256, .rxbuffer = page }
  };

  struct spi_sequence_s seq = { SPIDEV_FLASH(0), SPIDEV_MODE0, 8, 2, 8000000, trans };
  int fd = open("/dev/spi0", O_RDWR);
  for (int i = 0; i < 3; i++) ioctl(fd, SPIIOC_TRANSFER, &seq);
  printf("%02x%02x%02x %02x\\n", id[1], id[2], id[3], page[255]);
  return 0;
}
`;

const IRQ_SPI = 8;

test('words take their bits, chip select is low meanwhile, and checkpoints hold', async () => {
  const firmware = await compile(source, controller);
  const target = firmware.run();
  expect(target.lines).toEqual(['ef4014 ef']);
  const select = target.machine.kernel.wireBase.spi0!;
  const edges = target.events('wire').filter(({ wire }) => wire === select);
  expect(edges.map(({ value }) => value)).toEqual([1, 0, 1, 0, 1, 0, 1]);
  // 260 bytes at 8 MHz; the interrupt comes five microseconds later.
  const [low, high] = [Number(edges[1]!.t), Number(edges[2]!.t)];
  expect(high - low).toBe(260_000);
  const [interrupt] = target.events('irq_enter').filter(({ irq }) => irq === IRQ_SPI);
  expect(Number(interrupt!.t) - high).toBe(5000);
  expectCheckpointsHold(firmware.boot(), 20);
});
