import { expect, it } from 'vitest';
import { explain } from './errors';

it.each([
  ['Error: No such file or directory, cannot open /dev/ttyUSB0', /^There is no \/dev\/ttyUSB0 now\..*plugged in/],
  ["ENOENT: no such file or directory, open '/dev/ttyUSB0'", /^There is no/],
  ['Error: Permission denied, cannot open /dev/ttyUSB0', /^You may not open \/dev\/ttyUSB0\..*usermod -aG dialout/],
  ['Error Resource temporarily unavailable Cannot lock port', /^Another program has \/dev\/ttyUSB0 open\./],
  ['Error: Device or resource busy, cannot open /dev/ttyUSB0', /^Another program has/],
  ['Error: Inappropriate ioctl for device setting custom baud rate of 9600', /is no serial device\.$/],
  ['Error: Is a directory, cannot open /dev', /is no serial device\.$/],
  ['Error: Invalid argument setting custom baud rate of 9600', /cannot do 9600 baud\. Choose another/],
  ['Invalid parity setting 3', /Choose none, even or odd/],
  ['Invalid stop bits setting 2', /Choose 1 or 2/],
  ['Error: Input/output error, cannot open', /^\/dev\/ttyUSB0: .*Input\/output error/],
])('explains %s', (message, words) => {
  expect(explain(new Error(message), '/dev/ttyUSB0', 9600, 'linux')).toMatch(words);
});

it("knows Windows' way to say that a device is in use", () => {
  expect(explain(new Error('Opening COM3: Access denied'), 'COM3', 9600, 'win32')).toMatch(/^Another program has COM3/);
});
