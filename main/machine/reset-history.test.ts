import { expect, test } from 'vitest';
import { compile } from '../testing/firmware';
import { History } from './history';

const source = `#include <fcntl.h>
#include <nuttx/timers/watchdog.h>
#include <stdio.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  char line[40];
  struct boardioc_reset_cause_s cause;
  int dog = open("/dev/watchdog0", O_RDWR);
  boardctl(BOARDIOC_RESET_CAUSE, (uintptr_t)&cause);
  ioctl(dog, WDIOC_SETTIMEOUT, 150);
  ioctl(dog, WDIOC_START, 0);
  printf("boot %d\\n", cause.cause);
  while (fgets(line, sizeof(line), stdin))
    {
      ioctl(dog, WDIOC_KEEPALIVE, 0);
      printf("fed with %s", line);
    }

  return 0;
}
`;

test('going back over resets by the watchdog, and on again with what was typed, gives the same run', async () => {
  const target = (await compile(source, { board: 'controller' })).boot();
  const { machine } = target;
  const history = new History(target.bench, () => undefined);
  const hashes = new Map<number, string>();
  for (let tick = 1; tick <= 60; tick++) {
    history.advance({ ticks: tick });
    if (tick === 10 || tick === 35) {
      history.input({ device: 'console', value: { type: 'bytes', bytes: new TextEncoder().encode(`meat ${tick}\r`) } });
    }
    hashes.set(machine.position, machine.hash());
  }
  const { log } = target;
  const resets = target.events('reset').length;
  expect(resets).toBe(2);
  expect(target.console).toContain('fed with meat 35');

  let met = 0;
  while (machine.ticks > 2) {
    history.backOneTick();
    const hash = hashes.get(machine.position);
    if (hash === undefined) continue;
    expect(machine.hash()).toBe(hash);
    met++;
  }
  expect(met).toBeGreaterThan(30);
  history.advance({ ticks: 60 });
  expect(Buffer.from(target.log.buffer).equals(Buffer.from(log.buffer))).toBe(true);
});
