import { expect, test } from 'vitest';
import { compile } from '../firmware';

const source = `
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nuttx/timers/ptp_clock.h>
#include <stdio.h>
#include <string.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  struct boardioc_reset_cause_s cause;
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_BROADCAST) };
  struct timespec time = { .tv_sec = 1000 };
  struct ifreq request = { .ifr_name = "eth0" };
  int on = 1;
  int ptp = open("/dev/ptp0", O_RDWR);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
  boardctl(BOARDIOC_RESET_CAUSE, (uintptr_t)&cause);
  if (cause.cause == BOARDIOC_RESETCAUSE_SYS_CHIPPOR)
    {
      usleep(100000);
      ioctl(ptp, PTP_CLOCK_SETTIME, &time);
      unlink("/etc/hosts");
      for (int i = 0; i < 3; i++)
        {
          sendto(fd, "before", 1200, 0, (struct sockaddr *)&to, sizeof(to));
        }

      boardctl(BOARDIOC_RESET, 0);
    }

  ioctl(fd, SIOCGIFFLAGS, &request);
  printf("%d\\n", (request.ifr_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING));
  ioctl(fd, SIOCGIFADDR, &request);
  printf("%s\\n", inet_ntoa(((struct sockaddr_in *)&request.ifr_addr)->sin_addr));
  ioctl(ptp, PTP_CLOCK_GETTIME, &time);
  printf("%d\\n", (int)time.tv_sec);
  printf("%d\\n", open("/etc/hosts", O_RDONLY) >= 0);
  printf("%d\\n", (int)sendto(fd, "after", 100, 0, (struct sockaddr *)&to, sizeof(to)));
  usleep(50000);
  return 0;
}
`;

test('after a reset the interface is up, the PTP clock has gone on, and no frame begins while one is on the wire', async () => {
  const firmware = await compile(source, { board: 'controller' });
  const sent: { startNs: number; length: number }[] = [];
  const machine = firmware.boot([], {
    onOutput: (_device, output) => {
      if (output.type !== 'frame') return;
      const { startNs, bytes } = output;
      sent.push({ startNs, length: bytes.length });
    },
  });
  machine.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond: 10e6 } });
  machine.finish();
  expect(machine.lines).toEqual(['1', '10.0.0.2', '1000', '1', '100']);
  const { interfaces, iobs } = machine.machine.kernel.state.net;
  expect(interfaces.map(({ name }) => name)).toEqual(['eth0', 'lo']);
  expect(iobs.free).toBe(iobs.total);
  sent.slice(1).forEach(({ startNs }, i) => {
    const { startNs: before, length } = sent[i]!;
    expect(startNs).toBeGreaterThanOrEqual(before + (length + 4 + 12 + 8) * 800);
  });
  // The last one of before, and what follows it at once.
  expect(sent.map(({ length }) => length)).toContain(142);
  expect(sent.filter(({ length }) => length === 1242)).toHaveLength(1);
});
