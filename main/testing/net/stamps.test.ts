/** Time stamps of frames between two boards, by the PTP clock of each. */
import { expect, test } from 'vitest';
import { Bench } from '../../../boards/bench';
import { twoControllers } from '../../../boards/two-controllers';
import { configRecord } from '../../../kernel/config';
import { perfectOscillator, type Oscillator } from '../../../kernel/clock/oscillator';
import { compile } from '../firmware';

const source = `
#include <nuttx/config.h>
#include <arpa/inet.h>
#include <linux/net_tstamp.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 319
#define GROUP "224.0.1.129"
#define FLAGS (SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE)

static char g_bytes[200];

/* The hardware's stamp of what recvmsg gives. */

static long long stamp(int fd, int flags)
{
  char control[200];
  struct iovec iov = { g_bytes, sizeof(g_bytes) };
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
  if (recvmsg(fd, &msg, flags) < 0) return -1;
  for (struct cmsghdr *each = CMSG_FIRSTHDR(&msg); each; each = CMSG_NXTHDR(&msg, each))
    {
      if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPING)
        {
          struct timespec *ts = (struct timespec *)CMSG_DATA(each);
          return ts[2].tv_sec * 1000000000LL + ts[2].tv_nsec;
        }
    }

  return -2;
}

static void say(const char *what, int fd, int flags)
{
  struct pollfd pfd = { .fd = fd, .events = POLLIN };
  poll(&pfd, 1, 1000);
  printf("%s %lld\\n", what, stamp(fd, flags));
}

static int udp(void)
{
  int flags = FLAGS;
  struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(PORT) };
  struct ip_mreq group = { .imr_multiaddr.s_addr = inet_addr(GROUP) };
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  bind(fd, (struct sockaddr *)&own, sizeof(own));
  setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group));
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags));
  return fd;
}

static int packet(struct sockaddr_ll *to)
{
  int flags = FLAGS;
  int fd = socket(AF_PACKET, SOCK_RAW, htons(0x88f7));
  memset(to, 0, sizeof(*to));
  to->sll_family = AF_PACKET;
  to->sll_protocol = htons(0x88f7);
  to->sll_ifindex = if_nametoindex("eth0");
  bind(fd, (struct sockaddr *)to, sizeof(*to));
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags));
  return fd;
}

int send_main(int argc, char *argv[])
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = inet_addr(GROUP) };
  struct sockaddr_ll ll;
  char frame[60] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xf7 };
  int fd = udp();
  int raw = packet(&ll);
  usleep(100000);
  int loop = 0;
  setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof(loop));
  sendto(fd, g_bytes, 44, 0, (struct sockaddr *)&to, sizeof(to));
  say("udp", fd, MSG_ERRQUEUE);
  usleep(300000);
  sendto(raw, frame, sizeof(frame), 0, (struct sockaddr *)&ll, sizeof(ll));
  say("raw", raw, MSG_ERRQUEUE);
  return 0;
}

int receive_main(int argc, char *argv[])
{
  struct sockaddr_ll ll;
  int fd = udp();
  int raw = packet(&ll);
  say("udp", fd, 0);
  say("raw", raw, 0);
  return 0;
}
`;

const DELAY_NS = 12_345;

test('UDP multicast and AF_PACKET frames have the stamps of both PTP clocks, the delay of the link apart', async () => {
  const firmware = await compile(
    {
      'main.c': source,
      'tickscope.json': JSON.stringify({
        board: 'bench',
        apps: [
          { name: 'send', entry: 'send_main', on: 'left' },
          { name: 'receive', entry: 'receive_main', on: 'right' },
        ],
      }),
    },
    {},
  );
  const fast: Oscillator = { ...perfectOscillator, ppm: 50 };
  const consoles = ['', ''];
  const passed: { board: number; direction: string; type: number; atNs: number }[] = [];
  const bench = new Bench({
    module: firmware.firmware.module,
    board: {
      ...twoControllers,
      bench: {
        boards: [
          { name: 'left', title: 'Left', oscillator: fast },
          { name: 'right', title: 'Right', oscillator: perfectOscillator },
        ],
        links: [],
        network: {
          switches: [],
          links: [{ from: 'left/eth0', to: 'right/eth0', settings: { delayNs: [DELAY_NS, 99] } }],
        },
      },
    },
    config: configRecord(firmware.project.config),
    apps: firmware.project.apps.map((app) => ({ ...app, args: [] })),
    seed: 1,
    onConsole: (board, bytes) => (consoles[board] += String.fromCharCode(...bytes)),
    onFrame: (board, _device, direction, bytes, atNs) => {
      const type = bytes[12] === 0x88 ? 0x88f7 : bytes[23]!;
      passed.push({ board, direction, type, atNs });
    },
  });
  expect(bench.run({})).toBe('ended');
  const at = (board: number, type: number) => passed.find((each) => each.board === board && each.type === type)!.atNs;
  const lines = consoles.map((text) => text.trim().split(/\r?\n/));
  for (const [i, [name, type]] of (
    [
      ['udp', 17],
      ['raw', 0x88f7],
    ] as const
  ).entries()) {
    const [sent, come] = [at(0, type), at(1, type)];
    expect(come - sent).toBe(DELAY_NS);
    expect(lines[0]![i]).toBe(`${name} ${Math.floor(sent * (1 + 50e-6))}`);
    expect(lines[1]![i]).toBe(`${name} ${come}`);
  }
});
