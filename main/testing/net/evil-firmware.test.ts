/** Firmware that gives the calls of sockets what makes no sense: nothing but its own task comes to harm. */
import { beforeAll, expect, test } from 'vitest';
import { groupMac } from '../../../kernel/net/address';
import { ALL_SYSTEMS } from '../../../kernel/net/igmp/message';
import { compile, type TestFirmware } from '../firmware';
import { Cable } from './cable';

const source = `
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define SOCKETS 12

static const int g_kinds[][3] =
{
  { AF_INET, SOCK_STREAM, 0 }, { AF_INET, SOCK_DGRAM, 0 }, { AF_INET, SOCK_DGRAM, IPPROTO_ICMP },
  { AF_INET, SOCK_RAW, IPPROTO_ICMP }, { AF_PACKET, SOCK_RAW, 0x0300 }, { AF_PACKET, SOCK_DGRAM, 0x0300 },
  { AF_LOCAL, SOCK_STREAM, 0 }, { AF_LOCAL, SOCK_DGRAM, 0 }, { AF_INET, SOCK_CTRL, 0 },
};

static uint32_t g_seed;
static int g_sockets[SOCKETS];

/* What structures are made of; pointers among it are to this or to nowhere. */

static uint32_t g_words[512];

static uint32_t below(uint32_t limit)
{
  g_seed = g_seed * 1664525 + 1013904223;
  return (g_seed >> 8) % limit;
}

static uint32_t any(int wild)
{
  static const uint32_t odd[] =
  {
    0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 15, 16, 17, 20, 24, 28, 31, 32, 64, 100, 255, 256, 1460, 1500, 1501, 2048,
    0x7f, 0x80, 0x7fff, 0x8000, 0xffff, 0x10000, 1000000000, 0x7ffffff0, 0x7fffffff, 0x80000000, 0x80000001,
    0xfffffff0, 0xffffffff, 0x0100007f, 0x0200000a, 0xffffffff, 0x020000e0, 0x07000002, 0x00020007,
  };
  uint32_t kind = below(wild ? 8 : 6);
  if (kind < 2)
    {
      return (uint32_t)(uintptr_t)&g_words[below(256)];
    }

  return kind < 7 ? odd[below(sizeof(odd) / sizeof(odd[0]))] : below(0x10000) << 16 | below(0x10000);
}

static int one(void)
{
  return g_sockets[below(SOCKETS)];
}

static void again(int i)
{
  const int *kind = g_kinds[below(sizeof(g_kinds) / sizeof(g_kinds[0]))];
  close(g_sockets[i]);
  g_sockets[i] = socket(kind[0], kind[1] | SOCK_NONBLOCK, kind[2]);
}

#define SOME   (!wild || below(8) ? (void *)&g_words[below(256)] : (void *)(uintptr_t)any(wild))
#define LENGTH (!wild || below(2) ? below(below(5) ? 1024 : 40) : any(wild))
#define FLAGS  ((below(3) ? 0 : any(wild)) | MSG_NOSIGNAL)

static void call(int wild)
{
  static const int levels[] = { SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP, IPPROTO_ICMP, 263, 99 };
  static struct sockaddr_in to;
  static struct msghdr header;
  static struct iovec iov[4];
  for (int i = 0; i < 8; i++)
    {
      g_words[below(512)] = any(wild);
    }

  to.sin_family = below(6) ? AF_INET : any(0);
  to.sin_port = htons(below(3) ? 5000 + below(4) : any(0));
  to.sin_addr.s_addr = below(3) ? htonl(INADDR_LOOPBACK) : any(0);
  void *address = below(4) ? (void *)&to : SOME;
  socklen_t size = below(4) ? sizeof(to) : LENGTH;
  for (int i = 0; i < 4; i++)
    {
      iov[i].iov_base = SOME;
      iov[i].iov_len = LENGTH;
    }

  header.msg_name = below(2) ? address : NULL;
  header.msg_namelen = size;
  header.msg_iov = below(8) ? iov : SOME;
  header.msg_iovlen = below(8) ? below(5) : any(wild);
  header.msg_control = below(2) ? SOME : NULL;
  header.msg_controllen = LENGTH;
  switch (below(20))
    {
      case 0: again(below(SOCKETS)); break;
      case 1: bind(one(), address, size); break;
      case 2: connect(one(), address, size); break;
      case 3: listen(one(), any(wild)); break;
      case 4: close(accept4(one(), SOME, SOME, below(2) ? 0 : any(wild))); break;
      case 5: send(one(), SOME, LENGTH, FLAGS); break;
      case 6: sendto(one(), SOME, LENGTH, FLAGS, address, size); break;
      case 7: sendmsg(one(), &header, FLAGS); break;
      case 8: recv(one(), SOME, LENGTH, FLAGS); break;
      case 9: recvfrom(one(), SOME, LENGTH, FLAGS, SOME, SOME); break;
      case 10: recvmsg(one(), &header, FLAGS); break;
      case 11:
      case 12: setsockopt(one(), levels[below(6)], below(2) ? below(50) : any(wild), SOME, LENGTH); break;
      case 13: getsockopt(one(), levels[below(6)], below(2) ? below(50) : any(wild), SOME, SOME); break;
      case 14: shutdown(one(), below(5)); break;
      case 15: getsockname(one(), SOME, SOME); break;
      case 16: getpeername(one(), SOME, SOME); break;
      case 17: ioctl(one(), below(2) ? 0x700 + below(0x40) : below(2) ? 0x800 + below(8) : any(wild), SOME); break;
      case 18:
        {
          int pair[2];
          if (socketpair(AF_LOCAL, 1 + below(2), 0, pair) == 0)
            {
              close(pair[0]);
              close(pair[1]);
            }
        }
        break;
      default: socket(any(0) & 63, any(0), any(0)); break;
    }

  /* Descriptors that calls have made. */

  for (int fd = 3; fd < 40; fd++)
    {
      int known = 0;
      for (int i = 0; i < SOCKETS; i++)
        {
          known |= g_sockets[i] == fd;
        }

      if (!known)
        {
          close(fd);
        }
    }
}

int main(int argc, char *argv[])
{
  int wild = atoi(argv[2]);
  g_seed = atoi(argv[1]);
  for (int i = 0; i < SOCKETS; i++)
    {
      g_sockets[i] = -1;
      again(i);
    }

  for (int i = 0; i < atoi(argv[3]); i++)
    {
      call(wild);
    }

  for (int i = 0; i < SOCKETS; i++)
    {
      close(g_sockets[i]);
    }

  printf("bye\\n");
  for (; ; )
    {
      sleep(1000);
    }
}
`;

const SEEDS = 20;
const CALLS = '400';
let firmware: TestFirmware;
beforeAll(async () => {
  firmware = await compile(source, { board: 'controller' });
});

/** Runs it with random numbers of its own; `wild`: pointers and lengths may be anything. */
function run(seed: number, wild: boolean): Cable {
  const cable = new Cable(firmware, [String(seed), wild ? '1' : '0', CALLS]);
  cable.run(100);
  return cable;
}

test('what makes no sense in structures and options is refused, and nothing is kept', () => {
  let ended = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const cable = run(seed, false);
    // A length in a structure may still lead out of RAM.
    if (cable.test.dump !== null) {
      expect(cable.test.dump.text).toContain('Access to address');
      continue;
    }
    ended++;
    expect(cable.test.console).toContain('bye');
    cable.run(20_000);
    const { net } = cable;
    expect(net.iobs.free).toBe(net.iobs.total);
    expect([net.sockets.size, net.tcp.connections.size, net.tcp.received]).toEqual([0, 0, 0]);
    expect([...cable.eth0.groups.keys(), ...cable.eth0.macs.keys()]).toEqual([ALL_SYSTEMS, groupMac(ALL_SYSTEMS)]);
  }
  expect(ended).toBeGreaterThan(SEEDS / 2);
});

test('pointers to nowhere are named in the crash dump', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    expect(run(seed, true).test.dump?.text).toContain('Access to address');
  }
});
