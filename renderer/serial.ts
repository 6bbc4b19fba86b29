/** Serial devices in words. */
import type { SerialDevice, SerialLine, SerialSettings } from '../main/contract/serial';
import { formatCount } from './format';

/** As one writes it: 115200 8N1, and how it is told to wait if it is. */
export function describeSettings({ baudRate, dataBits, parity, stopBits, flowControl }: SerialSettings): string {
  const flow = { none: '', rtscts: ' RTS/CTS', xonxoff: ' XON/XOFF' }[flowControl];
  return `${baudRate} ${dataBits}${parity[0]!.toUpperCase()}${stopBits}${flow}`;
}

/** What is the matter with a device. */
export function describeLine({ line, present }: SerialDevice): string {
  if (line === null) return present ? 'Ready' : 'Unplugged';
  return { opening: 'Opening', open: 'Attached', waiting: 'Waiting' }[line.status];
}

/** How far the sending of a file is. */
export function describeFile({ name, total, sent, state }: NonNullable<SerialLine['file']>): string {
  const progress = `${formatCount(sent)} of ${formatCount(total)} bytes`;
  if (state === 'sent') return `Sent ${name}, ${formatCount(total)} bytes`;
  return state === 'cancelled' ? `Cancelled ${name} after ${progress}` : `Sending ${name}: ${progress}`;
}

/** Says when a device that is away is tried again. */
export function describeRetry(retryMs: number): string {
  return `Trying again every ${retryMs < 1000 ? `${retryMs} ms` : `${retryMs / 1000} s`}.`;
}
