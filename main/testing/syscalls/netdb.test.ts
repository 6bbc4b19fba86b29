import { describe, expect, test } from 'vitest';
import { put16, get16 } from '../../../kernel/net/bytes';
import type { FrameOutput } from '../../../kernel/hardware';
import { expectCalls } from '../calls';
import { compile, type TestMachine } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <nuttx/net/dns.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct hostent *g_host;
static struct hostent g_own;
static struct servent g_servent;
static struct servent *g_service;
static struct addrinfo *g_info;
static struct addrinfo g_hints;
static struct sockaddr_in g_in = { .sin_family = AF_INET };
static char g_buffer[256];
static char g_node[NI_MAXHOST];
static char g_port[NI_MAXSERV];
static int g_error;

static int write_hosts(const char *text)
{
  int fd = open("/etc/hosts", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  int written = write(fd, text, strlen(text));
  return close(fd) < 0 ? -1 : written;
}

/* The first address of a host in host byte order, or 0. */

static uint32_t address_of(const char *name)
{
  g_host = gethostbyname(name);
  return g_host ? ntohl(((struct in_addr *)g_host->h_addr)->s_addr) : 0;
}

static struct addrinfo *hints(int flags, int family, int type)
{
  memset(&g_hints, 0, sizeof(g_hints));
  g_hints.ai_flags = flags;
  g_hints.ai_family = family;
  g_hints.ai_socktype = type;
  return &g_hints;
}

static int info_is(uint32_t address, int port)
{
  struct sockaddr_in *in = (struct sockaddr_in *)g_info->ai_addr;
  int same = in->sin_family == AF_INET && ntohl(in->sin_addr.s_addr) == address && ntohs(in->sin_port) == port &&
             g_info->ai_family == AF_INET && g_info->ai_addrlen == sizeof(struct sockaddr_in);
  return same && g_info->ai_next == NULL;
}

static int name_info(uint32_t address, int port, int flags)
{
  g_in.sin_addr.s_addr = htonl(address);
  g_in.sin_port = htons(port);
  g_node[0] = g_port[0] = 0;
  return getnameinfo((struct sockaddr *)&g_in, sizeof(g_in), g_node, sizeof(g_node), g_port, sizeof(g_port), flags);
}

static int names_are(const char *node, const char *port)
{
  return strcmp(g_node, node) == 0 && strcmp(g_port, port) == 0;
}
`;

const LEFT = '0x0a000002';

test('gethostbyname, gethostbyname_r, gethostbyaddr: literals, localhost and /etc/hosts', async () => {
  await expectCalls(
    setup,
    [
      ['address_of("192.168.7.1") == 0xc0a80701', 1],
      ['g_host->h_addrtype == AF_INET && g_host->h_length == 4 && g_host->h_addr_list[1] == NULL', 1],
      ['strcmp(g_host->h_name, "192.168.7.1")', 0],
      ['address_of("localhost") == INADDR_LOOPBACK', 1],
      ['address_of("left")', 0],
      ['h_errno == HOST_NOT_FOUND', 1],
      ['address_of("256.1.1.1")', 0],
      ['gethostbyname(NULL) == NULL', 1],
      ['write_hosts("10.0.0.2 left.bench left\\n10.0.0.3 right # the other\\n")', 52],
      [`address_of("LEFT") == ${LEFT}`, 1],
      ['h_errno', 0],
      ['strcmp(g_host->h_name, "left.bench") + strcmp(g_host->h_aliases[0], "left")', 0],
      ['g_host->h_aliases[1] == NULL', 1],
      ['address_of("right") == 0x0a000003', 1],
      ['(g_in.sin_addr.s_addr = htonl(0x0a000003)) != 0', 1],
      ['(g_host = gethostbyaddr(&g_in.sin_addr, 4, AF_INET)) != NULL && strcmp(g_host->h_name, "right") == 0', 1],
      ['gethostbyaddr(&g_in.sin_addr, 4, AF_INET6) == NULL', 1],
      ['gethostbyname_r("left", &g_own, g_buffer, sizeof(g_buffer), &g_host, &g_error)', 0],
      ['g_host == &g_own && strcmp(g_own.h_name, "left.bench") == 0 && g_error == 0', 1],
      ['gethostbyname_r("left", &g_own, g_buffer, 16, &g_host, &g_error)', 'ERANGE'],
      ['g_host == NULL && g_error == NO_RECOVERY', 1],
      ['gethostbyname_r("nobody", &g_own, g_buffer, sizeof(g_buffer), &g_host, &g_error)', 'ENOENT'],
      ['g_host == NULL && g_error == HOST_NOT_FOUND', 1],
      ['gethostbyname_r("left", NULL, g_buffer, sizeof(g_buffer), &g_host, &g_error)', 'EINVAL'],
      ['gethostbyaddr_r(&g_in.sin_addr, 4, AF_INET, &g_own, g_buffer, sizeof(g_buffer), &g_host, &g_error)', 0],
      ['strcmp(g_own.h_name, "right")', 0],
      ['gethostbyaddr_r(&g_in.sin_addr, 4, AF_INET, &g_own, g_buffer, 8, &g_host, &g_error)', 'ERANGE'],
      ['gethostbyaddr_r(&g_in.sin_addr, 2, AF_INET, &g_own, g_buffer, 256, &g_host, &g_error)', 'ENOENT'],
      ['gethostbyaddr_r(&g_in.sin_addr, 4, AF_INET, &g_own, NULL, 0, &g_host, &g_error)', 'EINVAL'],
      ['unlink("/etc/hosts")', 0],
      ['address_of("left")', 0],
    ],
    controller,
  );
});

test('getaddrinfo, freeaddrinfo, gai_strerror: literals, names, services, and every error', async () => {
  const machine = await expectCalls(
    setup,
    [
      ['getaddrinfo("10.0.0.2", "80", NULL, &g_info)', 0],
      [`info_is(${LEFT}, 80)`, 1],
      ['(freeaddrinfo(g_info), 0)', 0],
      ['getaddrinfo("localhost", "telnet", hints(AI_CANONNAME, AF_INET, SOCK_STREAM), &g_info)', 0],
      ['info_is(INADDR_LOOPBACK, 23) && g_info->ai_socktype == SOCK_STREAM', 1],
      ['strcmp(g_info->ai_canonname, "localhost")', 0],
      ['(freeaddrinfo(g_info), 0)', 0],
      ['getaddrinfo(NULL, "7", hints(AI_PASSIVE, AF_UNSPEC, SOCK_DGRAM), &g_info)', 0],
      ['info_is(INADDR_ANY, 7) && g_info->ai_canonname == NULL', 1],
      ['(freeaddrinfo(g_info), 0)', 0],
      ['getaddrinfo(NULL, "http", NULL, &g_info)', 0],
      ['info_is(INADDR_LOOPBACK, 80)', 1],
      ['(freeaddrinfo(g_info), 0)', 0],
      ['write_hosts("10.0.0.2 left\\n")', 14],
      ['getaddrinfo("left", NULL, NULL, &g_info)', 0],
      [`info_is(${LEFT}, 0)`, 1],
      ['(freeaddrinfo(g_info), 0)', 0],
      ['getaddrinfo(NULL, NULL, NULL, &g_info) == EAI_NONAME', 1],
      ['getaddrinfo("nobody", NULL, NULL, &g_info) == EAI_NONAME', 1],
      ['getaddrinfo("left", NULL, hints(AI_NUMERICHOST, AF_INET, 0), &g_info) == EAI_NONAME', 1],
      ['getaddrinfo("left", "http", hints(AI_NUMERICSERV, AF_INET, 0), &g_info) == EAI_NONAME', 1],
      ['getaddrinfo("left", "99999", NULL, &g_info) == EAI_SERVICE', 1],
      ['getaddrinfo("left", "ntp", hints(0, AF_INET, SOCK_STREAM), &g_info) == EAI_SERVICE', 1],
      ['getaddrinfo("left", NULL, hints(0x100, AF_INET, 0), &g_info) == EAI_BADFLAGS', 1],
      ['getaddrinfo("left", NULL, hints(0, AF_INET6, 0), &g_info) == EAI_FAMILY', 1],
      ['getaddrinfo("left", NULL, hints(0, AF_INET, 99), &g_info) == EAI_SOCKTYPE', 1],
      ['strlen(gai_strerror(EAI_SERVICE)) > 10 && strcmp(gai_strerror(99), "Unknown error") == 0', 1],
      ['(freeaddrinfo(NULL), 0)', 0],
    ],
    controller,
  );
  expect(machine.machine.kernel.state.net.netdb.resolutions.size).toBe(0);
});

test('getnameinfo, getservbyname, getservbyport, getprotobyname, getprotobynumber', async () => {
  await expectCalls(
    setup,
    [
      ['write_hosts("10.0.0.2 left.bench left\\n")', 25],
      [`name_info(${LEFT}, 80, 0)`, 0],
      ['names_are("left.bench", "http")', 1],
      [`name_info(${LEFT}, 123, NI_NOFQDN | NI_DGRAM)`, 0],
      ['names_are("left", "ntp")', 1],
      [`name_info(${LEFT}, 80, NI_NUMERICHOST | NI_NUMERICSERV)`, 0],
      ['names_are("10.0.0.2", "80")', 1],
      ['name_info(0x0a000009, 12345, 0)', 0],
      ['names_are("10.0.0.9", "12345")', 1],
      ['name_info(0x0a000009, 80, NI_NAMEREQD) == EAI_NONAME', 1],
      ['name_info(0x0a000009, 80, 0x100) == EAI_BADFLAGS', 1],
      ['getnameinfo((struct sockaddr *)&g_in, sizeof(g_in), g_node, 5, NULL, 0, 0) == EAI_OVERFLOW', 1],
      ['getnameinfo((struct sockaddr *)&g_in, sizeof(g_in), NULL, 0, NULL, 0, 0) == EAI_NONAME', 1],
      ['getnameinfo((struct sockaddr *)&g_in, 4, g_node, 50, NULL, 0, 0) == EAI_FAMILY', 1],
      ['(g_service = getservbyname("telnet", NULL)) != NULL && ntohs(g_service->s_port) == 23', 1],
      ['strcmp(g_service->s_name, "telnet") + strcmp(g_service->s_proto, "tcp")', 0],
      ['g_service->s_aliases[0] == NULL', 1],
      ['getservbyname("telnet", "udp") == NULL && getservbyname("nothing", NULL) == NULL', 1],
      ['(g_service = getservbyport(htons(319), "udp")) && strcmp(g_service->s_name, "ptp-event") == 0', 1],
      ['getservbyport(htons(9999), NULL) == NULL', 1],
      ['getservbyname_r("http", "tcp", &g_servent, g_buffer, sizeof(g_buffer), &g_service)', 0],
      ['g_service == &g_servent && ntohs(g_servent.s_port) == 80', 1],
      ['getservbyname_r("http", "tcp", &g_servent, g_buffer, 4, &g_service) == ERANGE', 1],
      ['getservbyname_r("nothing", NULL, &g_servent, g_buffer, 256, &g_service) == ENOENT && !g_service', 1],
      ['getservbyport_r(htons(53), NULL, &g_servent, g_buffer, 256, &g_service)', 0],
      ['strcmp(g_servent.s_name, "domain")', 0],
      ['getprotobyname("udp")->p_proto == IPPROTO_UDP && getprotobyname("xyz") == NULL', 1],
      ['strcmp(getprotobynumber(IPPROTO_TCP)->p_name, "tcp") == 0 && getprotobynumber(200) == NULL', 1],
    ],
    controller,
  );
});

test('inet_addr, inet_aton, inet_ntoa, inet_pton, inet_ntop and their kin', async () => {
  await expectCalls(
    setup,
    [
      ['inet_addr("10.1.2.3") == htonl(0x0a010203)', 1],
      ['inet_addr("10.1.2.300") == INADDR_NONE', 1],
      ['inet_aton("192.0.2.1", &g_in.sin_addr)', 1],
      ['strcmp(inet_ntoa(g_in.sin_addr), "192.0.2.1")', 0],
      ['inet_aton("nothing", &g_in.sin_addr)', 0],
      ['inet_pton(AF_INET, "192.0.2.77", &g_in.sin_addr)', 1],
      ['inet_pton(AF_INET, "192.0.2", &g_in.sin_addr)', 0],
      ['inet_pton(99, "192.0.2.77", &g_in.sin_addr)', 'EAFNOSUPPORT'],
      ['strcmp(inet_ntop(AF_INET, &g_in.sin_addr, g_buffer, sizeof(g_buffer)), "192.0.2.77")', 0],
      ['inet_ntop(AF_INET, &g_in.sin_addr, g_buffer, 4) == NULL && errno == ENOSPC', 1],
      ['inet_network("10.1.2.3") == 0x0a010203', 1],
      ['inet_lnaof(inet_makeaddr(10, 5)) == 5 && inet_netof(inet_makeaddr(10, 5)) == 10', 1],
    ],
    controller,
  );
});

test('the boards of a bench know each other by name', async () => {
  const firmware = await compile(
    `${setup}
int main(int argc, char *argv[])
{
  return address_of("left") == 0x0a000002 && address_of("right") == 0x0a000003 ? 7 : 1;
}
`,
    { board: 'bench' },
  );
  const { bench } = firmware.boot();
  bench.run({});
  expect(bench.places.map(({ machine }) => machine.exitOf(machine.pidOf(0)!))).toEqual([7, 7]);
});

describe('name servers', () => {
  const client = `${setup}
int main(int argc, char *argv[])
{
  if (argc > 3)
    {
      int fd = open("/etc/resolv.conf", O_WRONLY | O_CREAT);
      write(fd, "nameserver 10.0.0.1\\n", 20);
      close(fd);
    }
  else
    {
      g_in.sin_addr.s_addr = inet_addr(argv[2]);
      printf("add %d\\n", dns_add_nameserver((struct sockaddr *)&g_in, sizeof(g_in)));
    }

  uint32_t address = address_of(argv[1]);
  printf("%s %08x %d\\n", g_host ? g_host->h_name : "-", (unsigned int)address, h_errno);
  return 0;
}
`;

  /** What is on the other end of the cable: it answers ARP, and UDP as it is told. */
  function cable(answer: (query: Uint8Array, asked: number) => Uint8Array | null) {
    let machine: TestMachine;
    let asked = 0;
    const replies: Uint8Array[] = [];
    const onOutput = (_device: string, output: unknown) => {
      const { type, bytes } = output as FrameOutput;
      if (type !== 'frame') return;
      const reply = get16(bytes, 12) === 0x0806 ? arpReply(bytes) : udpReply(bytes, (query) => answer(query, ++asked));
      if (reply) replies.push(reply);
    };
    return {
      onOutput,
      asked: () => asked,
      run(made: TestMachine): string[] {
        machine = made;
        machine.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond: 100e6 } });
        for (let tick = 1; tick < 20_000 && machine.status === undefined; tick++) {
          machine.run({ ticks: tick });
          for (const bytes of replies.splice(0)) {
            const startNs = machine.machine.timeNs;
            machine.machine.input({ device: 'eth0', value: { type: 'frame', bytes, startNs } });
          }
        }
        expect(machine.machine.kernel.state.net.netdb.resolutions.size).toBe(0);
        expect(machine.machine.kernel.state.net.sockets.size).toBe(0);
        return machine.lines;
      },
    };
  }

  const SERVER = [2, 0xff, 0, 0, 0, 1];

  /** Whoever is asked for, that is the server. */
  function arpReply(request: Uint8Array): Uint8Array | null {
    if (get16(request, 20) !== 1 || request[41] === request[31]) return null;
    const bytes = request.slice();
    bytes.set(request.subarray(6, 12), 0);
    bytes.set(SERVER, 6);
    put16(bytes, 20, 2);
    bytes.set([...SERVER, ...request.subarray(38, 42)], 22);
    bytes.set(request.subarray(22, 32), 32);
    return bytes;
  }

  function udpReply(frame: Uint8Array, answer: (query: Uint8Array) => Uint8Array | null): Uint8Array | null {
    if (get16(frame, 12) !== 0x0800 || frame[23] !== 17 || get16(frame, 36) !== 53) return null;
    const length = get16(frame, 38) - 8;
    const payload = answer(frame.slice(42, 42 + length));
    if (!payload) return null;
    const bytes = new Uint8Array(42 + payload.length);
    bytes.set(frame.subarray(0, 42));
    bytes.set([...frame.subarray(6, 12), ...SERVER], 0);
    bytes.set([...frame.subarray(30, 34), ...frame.subarray(26, 30)], 26);
    bytes.set([...frame.subarray(36, 38), ...frame.subarray(34, 36)], 34);
    put16(bytes, 16, 28 + payload.length);
    put16(bytes, 38, 8 + payload.length);
    put16(bytes, 40, 0);
    put16(bytes, 24, 0);
    let sum = 0;
    for (let at = 14; at < 34; at += 2) sum += get16(bytes, at);
    put16(bytes, 24, ~((sum & 0xffff) + (sum >>> 16)) & 0xffff);
    bytes.set(payload, 42);
    return bytes;
  }

  /** An answer with an address. */
  function found(query: Uint8Array): Uint8Array {
    const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 51, 100, 7];
    const bytes = new Uint8Array([...query, ...record]);
    put16(bytes, 2, 0x8180);
    put16(bytes, 6, 1);
    return bytes;
  }

  function refused(query: Uint8Array, code: number): Uint8Array {
    const bytes = query.slice();
    put16(bytes, 2, 0x8180 | code);
    return bytes;
  }

  test('dns_add_nameserver: its answer is what gethostbyname gives', async () => {
    const firmware = await compile(client, controller);
    const wire = cable(found);
    expect(wire.run(firmware.boot(['www.example.org', '10.0.0.1'], wire))).toEqual([
      'add 0',
      'www.example.org c6336407 0',
    ]);
    expect(wire.asked()).toBe(1);
  });

  test('/etc/resolv.conf names servers, too', async () => {
    const firmware = await compile(client, controller);
    const wire = cable(found);
    expect(wire.run(firmware.boot(['www.example.org', '-', 'file'], wire))).toEqual(['www.example.org c6336407 0']);
  });

  test('no such name, and a server that refuses', async () => {
    const firmware = await compile(client, controller);
    for (const [code, error] of [
      [3, 1],
      [5, 3],
    ] as const) {
      const wire = cable((query) => refused(query, code));
      expect(wire.run(firmware.boot(['www.example.org', '10.0.0.1'], wire))[1]).toBe(`- 00000000 ${error}`);
    }
  });

  test('a server that does not answer is asked again, as often as CONFIG_NETDB_DNSCLIENT_RETRIES says', async () => {
    const firmware = await compile(client, { ...controller, config: { CONFIG_NETDB_DNSCLIENT_RECV_TIMEOUT: 2 } });
    const late = cable((query, asked) => (asked === 2 ? found(query) : null));
    expect(late.run(firmware.boot(['www.example.org', '10.0.0.1'], late))[1]).toBe('www.example.org c6336407 0');
    expect(late.asked()).toBe(2);
    const never = cable(() => null);
    expect(never.run(firmware.boot(['www.example.org', '10.0.0.1'], never))[1]).toBe('- 00000000 4');
    expect(never.asked()).toBe(3);
  });

  test('an answer to another question is none', async () => {
    const firmware = await compile(client, { ...controller, config: { CONFIG_NETDB_DNSCLIENT_RECV_TIMEOUT: 1 } });
    const wire = cable((query) => {
      const other = found(query);
      put16(other, 0, get16(other, 0) ^ 1);
      return other;
    });
    expect(wire.run(firmware.boot(['www.example.org', '10.0.0.1'], wire))[1]).toBe('- 00000000 4');
  });
});
