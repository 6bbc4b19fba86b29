/** What is known of a packet beside its bytes. */
import type { Decoder } from './decoder';
import { protocol } from './field';

export const frame = protocol({
  name: 'frame',
  title: 'Frame',
  label: 'Ethernet',
  fields: {
    'frame.number': { title: 'Number' },
    'frame.time': { title: 'Time', unit: 's' },
    'frame.len': { title: 'Length', unit: 'bytes' },
    'frame.interface': { title: 'Interface', kind: 'text' },
    'frame.direction': { title: 'Direction', kind: 'text' },
  },
});

export function dissectFrame(d: Decoder, port: string): void {
  const { number, timeNs, length, direction } = d.packet;
  const { fields } = frame;
  const end = d.bytes.length;
  d.enter(frame, 0, end);
  d.line(() => `Packet ${number}: ${length} bytes${port && ` on ${port}`}${direction && `, ${direction}`}`);
  d.add(fields['frame.number'], number, 0, end);
  d.add(fields['frame.time'], timeNs / 1e9, 0, end);
  d.add(fields['frame.len'], length, 0, end);
  if (port) d.add(fields['frame.interface'], port, 0, end);
  if (direction) d.add(fields['frame.direction'], direction, 0, end);
}
