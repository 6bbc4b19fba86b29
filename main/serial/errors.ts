/** What goes wrong with serial devices, in words. The library has no codes, only the system's texts. */

/**
 * Says what happened and what to do.
 * @param error as `serialport` or Node gives it
 * @param platform on Windows a device that another program has open is "access denied"
 */
export function explain(
  error: Error,
  path: string,
  baudRate: number,
  platform: NodeJS.Platform = process.platform,
): string {
  const { message } = error;
  if (/no such (file|device)|ENOENT|ENXIO|ENODEV|file not found/i.test(message)) {
    return `There is no ${path} now. Is the device plugged in and switched on?`;
  }
  if (/temporarily unavailable|cannot lock|EBUSY|busy/i.test(message) || (isDenied(message) && platform === 'win32')) {
    return `Another program has ${path} open. End it there: a terminal, ModemManager, another Tickscope.`;
  }
  if (isDenied(message)) {
    return platform === 'linux'
      ? `You may not open ${path}. It belongs to a group, dialout on most systems, uucp on some: run "sudo usermod -aG dialout $USER", log out and in again.`
      : `You may not open ${path}. Ask who looks after this computer for the right to.`;
  }
  // A file that is no terminal fails at the first thing asked of a terminal, which is the baud rate.
  if (/inappropriate ioctl|is a directory|EISDIR|ENOTTY/i.test(message)) return `${path} is no serial device.`;
  if (/baud/i.test(message)) return `The driver of ${path} cannot do ${baudRate} baud. Choose another rate.`;
  if (/parity/i.test(message)) return 'Mark and space parity are there on Windows only. Choose none, even or odd.';
  if (/stop bits/i.test(message)) return 'One and a half stop bits are there on Windows only. Choose 1 or 2.';
  return `${path}: ${message}`;
}

function isDenied(message: string): boolean {
  return /permission denied|access denied|EACCES|EPERM|not permitted/i.test(message);
}
