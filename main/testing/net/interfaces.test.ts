/** Interfaces, neighbors and routes, as firmware sees them and sets them through a socket. */
import { describe, expect, test } from 'vitest';
import { ipv4Text } from '../../../kernel/net/address';
import { expectCalls, type Call } from '../calls';
import { compile } from '../firmware';
import { BOARD } from '../../../kernel/net/testing';
import { Cable } from './cable';

/** `request(SIOCGIFMTU, "eth0")` does it with g_req; `address(text)` puts an address there, `is(text)` looks whether it has it. */
const setup = `
#include <arpa/inet.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static struct ifreq g_req;
static struct hwtstamp_config g_stamping;
static struct arpreq g_arp;
static struct rtentry g_route;
static struct ifreq g_list[4];
static struct ifconf g_conf;
static int g_sd;

static void put(FAR struct sockaddr *to, FAR const char *text)
{
  FAR struct sockaddr_in *in = (FAR struct sockaddr_in *)to;
  in->sin_family = AF_INET;
  in->sin_port = 0;
  in->sin_addr.s_addr = inet_addr(text);
}

static int request(int request, FAR const char *name)
{
  strlcpy(g_req.ifr_name, name, IFNAMSIZ);
  return ioctl(g_sd, request, &g_req);
}

static int set(int request_, FAR const char *name, FAR const char *text)
{
  put(&g_req.ifr_addr, text);
  return request(request_, name);
}

static int is(FAR struct sockaddr *have, FAR const char *text)
{
  return have->sa_family == AF_INET && ((FAR struct sockaddr_in *)have)->sin_addr.s_addr == inet_addr(text);
}

static int arp(int request, FAR const char *text)
{
  put(&g_arp.arp_pa, text);
  return ioctl(g_sd, request, &g_arp);
}

static int way(int request, FAR const char *target, FAR const char *mask, FAR const char *router)
{
  put(&g_route.rt_dst, target);
  put(&g_route.rt_genmask, mask);
  put(&g_route.rt_gateway, router);
  return ioctl(g_sd, request, &g_route);
}

static int stamping(int request_, const char *name)
{
  g_req.ifr_data = &g_stamping;
  return request(request_, name);
}
`;

const open: Call = ['g_sd = socket(AF_INET, SOCK_DGRAM, 0), g_sd > 0', 1];
const expectAll = (calls: readonly Call[], board: string) =>
  expectCalls(
    setup,
    [open, ...calls].map(([expression, result]) => [`(${expression})`, result] as const),
    { board },
  );
const onController = (calls: readonly Call[]) => expectAll(calls, 'controller');

describe('ioctl of a socket', () => {
  test('shows and sets an interface', () =>
    onController([
      ['request(SIOCGIFADDR, "eth0")', 0],
      ['is(&g_req.ifr_addr, "10.0.0.2")', 1],
      ['request(SIOCGIFDSTADDR, "eth0")', 0],
      ['is(&g_req.ifr_dstaddr, "10.0.0.1")', 1],
      ['request(SIOCGIFNETMASK, "eth0")', 0],
      ['is(&g_req.ifr_netmask, "255.255.255.0")', 1],
      ['request(SIOCGIFBRDADDR, "eth0")', 0],
      ['is(&g_req.ifr_broadaddr, "10.0.0.255")', 1],
      ['set(SIOCSIFBRDADDR, "eth0", "10.0.0.255")', 'ENOSYS'],
      ['set(SIOCSIFADDR, "eth0", "192.168.3.4")', 0],
      ['set(SIOCSIFNETMASK, "eth0", "255.255.0.0")', 0],
      ['set(SIOCSIFDSTADDR, "eth0", "192.168.0.1")', 0],
      ['request(SIOCGIFBRDADDR, "eth0")', 0],
      ['is(&g_req.ifr_broadaddr, "192.168.255.255")', 1],
      ['request(SIOCGIFDSTADDR, "eth0")', 0],
      ['is(&g_req.ifr_dstaddr, "192.168.0.1")', 1],
      ['request(SIOCDIFADDR, "eth0")', 0],
      ['request(SIOCGIFADDR, "eth0")', 0],
      ['is(&g_req.ifr_addr, "0.0.0.0")', 1],
      ['request(SIOCGIFADDR, "eth7")', 'ENODEV'],
      ['ioctl(g_sd, SIOCGIFADDR, NULL)', 'EFAULT'],
      ['ioctl(g_sd, SIOCGIFADDR + 0x60, &g_req)', 'ENOTTY'],
    ]));

  test('says what is stamped: one-step clocks have it written into their messages', () =>
    onController([
      ['stamping(SIOCGHWTSTAMP, "eth0")', 0],
      ['g_stamping.tx_type == HWTSTAMP_TX_ON && g_stamping.rx_filter == HWTSTAMP_FILTER_ALL', 1],
      ['g_stamping.tx_type = HWTSTAMP_TX_ONESTEP_P2P, g_stamping.rx_filter = HWTSTAMP_FILTER_PTP_V2_EVENT', 12],
      ['stamping(SIOCSHWTSTAMP, "eth0")', 0],
      ['g_stamping.rx_filter', 1],
      ['memset(&g_stamping, 9, sizeof(g_stamping)), stamping(SIOCGHWTSTAMP, "eth0")', 0],
      ['g_stamping.tx_type == HWTSTAMP_TX_ONESTEP_P2P && g_stamping.rx_filter == 1 && g_stamping.flags == 0', 1],
      ['g_stamping.tx_type = 4, stamping(SIOCSHWTSTAMP, "eth0")', 'ERANGE'],
      ['g_stamping.flags = 1, g_stamping.tx_type = 1, stamping(SIOCSHWTSTAMP, "eth0")', 'EINVAL'],
      ['stamping(SIOCSHWTSTAMP, "lo")', 'ENOTSUP'],
      ['stamping(SIOCGHWTSTAMP, "lo")', 'ENOTSUP'],
      ['stamping(SIOCGHWTSTAMP, "eth1")', 'ENODEV'],
      ['g_req.ifr_data = NULL, request(SIOCSHWTSTAMP, "eth0")', 'EFAULT'],
    ]));

  test('its flags, by which it goes up and down', () =>
    onController([
      ['request(SIOCGIFFLAGS, "eth0")', 0],
      ['g_req.ifr_flags', 0x181],
      ['g_req.ifr_flags &= ~IFF_UP, request(SIOCSIFFLAGS, "eth0")', 0],
      ['request(SIOCGIFFLAGS, "eth0")', 0],
      ['g_req.ifr_flags & IFF_UP', 0],
      ['g_req.ifr_flags |= IFF_UP, request(SIOCSIFFLAGS, "eth0")', 0],
      ['request(SIOCGIFFLAGS, "lo")', 0],
      ['g_req.ifr_flags', 0x0b],
    ]));

  test('its MTU and its Ethernet address', () =>
    onController([
      ['request(SIOCGIFMTU, "eth0")', 0],
      ['g_req.ifr_mtu', 1500],
      ['g_req.ifr_mtu = 600, request(SIOCSIFMTU, "eth0")', 0],
      ['request(SIOCGIFMTU, "eth0"), g_req.ifr_mtu', 600],
      ['g_req.ifr_mtu = 1501, request(SIOCSIFMTU, "eth0")', 'EINVAL'],
      ['g_req.ifr_mtu = 40, request(SIOCSIFMTU, "eth0")', 'EINVAL'],
      ['g_req.ifr_mtu = 600, request(SIOCSIFMTU, "lo")', 'EINVAL'],
      ['request(SIOCGIFHWADDR, "eth0")', 0],
      ['memcmp(g_req.ifr_hwaddr.sa_data, "\\x02\\0\\0\\0\\0\\x01", 6)', 0],
      ['g_req.ifr_hwaddr.sa_data[5] = 9, request(SIOCSIFHWADDR, "eth0")', 0],
      ['memset(&g_req, 0, sizeof(g_req)), request(SIOCGIFHWADDR, "eth0")', 0],
      ['g_req.ifr_hwaddr.sa_data[5]', 9],
      ['request(SIOCGIFHWADDR, "lo")', 'EINVAL'],
      ['request(SIOCSIFHWADDR, "lo")', 'EINVAL'],
    ]));

  test('which interfaces there are', () =>
    onController([
      ['ioctl(g_sd, SIOCGIFCOUNT, &g_req)', 0],
      ['g_req.ifr_count', 2],
      ['request(SIOCGIFINDEX, "lo")', 0],
      ['g_req.ifr_ifindex', 2],
      ['g_req.ifr_ifindex = 1, ioctl(g_sd, SIOCGIFNAME, &g_req)', 0],
      ['strcmp(g_req.ifr_name, "eth0")', 0],
      ['g_req.ifr_ifindex = 3, ioctl(g_sd, SIOCGIFNAME, &g_req)', 'ENODEV'],
      ['ioctl(g_sd, SIOCGIFCONF, &g_conf)', 0],
      ['g_conf.ifc_len / sizeof(struct ifreq)', 2],
      ['g_conf.ifc_req = g_list, ioctl(g_sd, SIOCGIFCONF, &g_conf)', 0],
      ['strcmp(g_list[0].ifr_name, "eth0") || strcmp(g_list[1].ifr_name, "lo")', 0],
      ['is(&g_list[0].ifr_addr, "10.0.0.2") && is(&g_list[1].ifr_addr, "127.0.0.1")', 1],
      ['g_conf.ifc_len = sizeof(struct ifreq) + 3, ioctl(g_sd, SIOCGIFCONF, &g_conf)', 0],
      ['g_conf.ifc_len / sizeof(struct ifreq)', 1],
    ]));

  test('neighbors: SIOCSARP, SIOCGARP, SIOCDARP', () =>
    onController([
      ['arp(SIOCGARP, "10.0.0.9")', 'ENOENT'],
      ['arp(SIOCSARP, "10.0.0.9")', 'EINVAL'],
      ['g_arp.arp_ha.sa_family = 1, g_arp.arp_ha.sa_data[5] = 7, arp(SIOCSARP, "10.0.0.9")', 0],
      ['memset(&g_arp, 0, sizeof(g_arp)), arp(SIOCGARP, "10.0.0.9")', 0],
      ['g_arp.arp_ha.sa_family == 1 && g_arp.arp_ha.sa_data[5] == 7 && g_arp.arp_flags == ATF_COM', 1],
      ['g_arp.arp_flags = ATF_PERM, arp(SIOCSARP, "10.0.0.9")', 0],
      ['arp(SIOCGARP, "10.0.0.9"), g_arp.arp_flags', 3],
      ['strcpy((FAR char *)g_arp.arp_dev, "eth9"), arp(SIOCGARP, "10.0.0.9")', 'ENODEV'],
      ['strcpy((FAR char *)g_arp.arp_dev, "lo"), arp(SIOCGARP, "10.0.0.9")', 'ENOENT'],
      ['strcpy((FAR char *)g_arp.arp_dev, "eth0"), arp(SIOCDARP, "10.0.0.9")', 0],
      ['arp(SIOCDARP, "10.0.0.9")', 'ENOENT'],
      ['g_arp.arp_pa.sa_family = 9, ioctl(g_sd, SIOCGARP, &g_arp)', 'EINVAL'],
    ]));

  test('routes: SIOCADDRT, SIOCDELRT', async () => {
    const machine = await onController([
      ['way(SIOCADDRT, "172.16.0.0", "255.255.0.0", "10.0.0.5")', 0],
      ['way(SIOCADDRT, "172.16.9.0", "255.255.255.0", "10.0.0.6")', 0],
      ['way(SIOCADDRT, "1.2.3.4", "255.255.255.255", "10.0.0.7")', 0],
      ['way(SIOCDELRT, "172.16.9.0", "255.255.0.0", "0.0.0.0")', 0],
      ['way(SIOCDELRT, "172.16.9.0", "255.255.0.0", "0.0.0.0")', 'ENOENT'],
      ['way(SIOCADDRT, "2.0.0.0", "255.0.0.0", "10.0.0.7")', 0],
      ['way(SIOCADDRT, "3.0.0.0", "255.0.0.0", "10.0.0.7")', 0],
      ['way(SIOCADDRT, "4.0.0.0", "255.0.0.0", "10.0.0.7")', 'ENOMEM'],
    ]);
    const { routes } = machine.machine.kernel.state.net;
    expect(routes.map(({ target }) => ipv4Text(target))).toEqual(['172.16.9.0', '1.2.3.4', '2.0.0.0', '3.0.0.0']);
  });

  test('a board without a port has its loopback', () =>
    expectAll(
      [
        ['ioctl(g_sd, SIOCGIFCOUNT, &g_req), g_req.ifr_count', 1],
        ['request(SIOCGIFADDR, "lo")', 0],
        ['is(&g_req.ifr_addr, "127.0.0.1")', 1],
        ['request(SIOCGIFADDR, "eth0")', 'ENODEV'],
      ],
      'sim',
    ));
});

/** Shows files. */
const cat = `
#include <stdio.h>
int main(int argc, FAR char *argv[])
{
  char line[128];
  for (int i = 1; i < argc; i++)
    {
      FILE *f = fopen(argv[i], "r");
      while (f && fgets(line, sizeof(line), f))
        {
          fputs(line, stdout);
        }
    }

  return 0;
}
`;

test('/proc/net shows an interface and what the protocols have met', async () => {
  const firmware = await compile(cat, { board: 'controller' });
  const cable = new Cable(firmware, ['/proc/net/eth0', '/proc/net/lo', '/proc/net/stat', '/proc/net/route/ipv4']);
  cable.run(50);
  expect(cable.test.lines).toEqual([
    'eth0\tLink encap:Ethernet HWaddr 02:00:00:00:00:01 at RUNNING mtu 1500',
    '\tinet addr:10.0.0.2 DRaddr:10.0.0.1 Mask:255.255.255.0',
    '',
    '\tRX: Received Fragment Errors  ',
    '\t    00000000 00000000 00000000',
    '\t    IPv4     ARP      Dropped ',
    '\t    00000000 00000000 00000000',
    '\tTX: Queued   Sent     Errors   Timeouts',
    '\t    00000001 00000001 00000000 00000000',
    '\tTotal Errors: 00000000',
    '',
    'lo\tLink encap:Local Loopback at RUNNING mtu 65535',
    '\tinet addr:127.0.0.1 DRaddr:0.0.0.0 Mask:255.0.0.0',
    ...Array<unknown>(9).fill(expect.any(String)),
    '             IPv4   TCP   UDP  ICMP',
    'Received     0000  0000  0000  0000',
    'Dropped      0000  0000  0000  0000',
    '  IPv4        VHL: 0000   Frg: 0000',
    '  Checksum   0000  0000  0000  ----',
    '  TCP         ACK: 0000   SYN: 0000',
    '              RST: 0000  0000',
    '  Type       0000  ----  ----  0000',
    'Sent         0000  0000  0000  0000',
    '  Rexmit     ----  0000  ----  ----',
  ]);
});

test('a board with four ports is a host of four networks, with an address of its own for each', () =>
  expectAll(
    ['eth0', 'eth1', 'eth2', 'eth3'].flatMap((name, port): Call[] => [
      [`request(SIOCGIFADDR, "${name}")`, 0],
      [`is(&g_req.ifr_addr, "10.0.${port}.2")`, 1],
      [`request(SIOCGIFNETMASK, "${name}"), is(&g_req.ifr_netmask, "255.255.255.0")`, 1],
      [`request(SIOCGIFHWADDR, "${name}")`, 0],
      [`memcmp(g_req.ifr_hwaddr.sa_data, "\\x02\\0\\0\\0\\x0${port}\\x01", 6)`, 0],
      [`request(SIOCGIFFLAGS, "${name}"), g_req.ifr_flags & IFF_UP`, 1],
      [`request(SIOCGIFINDEX, "${name}"), g_req.ifr_ifindex`, port + 1],
    ]),
    'quad',
  ));

test('after a reset the interface is up as at boot, and everybody hears of it', async () => {
  const firmware = await compile(
    '#include <sys/boardctl.h>\n#include <unistd.h>\nint main(void)\n{\n  usleep(50000);\n  boardctl(BOARDIOC_RESET, 0);\n}\n',
    { board: 'controller' },
  );
  const cable = new Cable(firmware);
  cable.run(20);
  expect(cable.net.interfaces).toHaveLength(2);
  expect(cable.eth0).toMatchObject({ address: BOARD.address, flags: 0x183 });
  expect(cable.heard().filter(({ is }) => is === 'arp request').length).toBeGreaterThan(1);
});
