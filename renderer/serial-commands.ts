/** What can be done with the serial device whose terminal is shown. */
import type { Command } from './commands';
import { pickFile } from './download';
import { useHost } from './stores/host';
import { useLayout } from './stores/layout';
import { type AttachedDevice, useSerial } from './stores/serial';

export function serialCommands(): Command[] {
  const host = useHost();
  const serial = useSerial();

  /** A command for the device that is shown; without one, or where `when` says so, it is not offered. */
  function forDevice(
    id: string,
    title: string,
    run: (device: AttachedDevice) => unknown,
    when: (device: AttachedDevice) => boolean = () => true,
  ): Command {
    return {
      id: `serial-${id}`,
      title: `Serial: ${title}`,
      enabled: () => serial.current !== null && when(serial.current),
      run: () => serial.current !== null && run(serial.current),
    };
  }
  const hasModemLines = ({ line }: AttachedDevice): boolean => line.status !== 'open' || line.modemLines;

  return [
    {
      id: 'serial-devices',
      title: 'Serial: list devices',
      run: async () => {
        serial.shown = null;
        await useLayout().focus('serial');
      },
    },
    forDevice('hex', 'show what is received in hex, or as text', () => (serial.hex = !serial.hex)),
    forDevice('log', 'begin or end a log', ({ id, line }) => host.ask('serialLog', { device: id, on: !line.log })),
    forDevice('send-file', 'send a file...', ({ id }) => pickFile((file) => serial.sendFile(id, file))),
    forDevice(
      'cancel-file',
      'cancel the file that is being sent',
      ({ id }) => host.ask('serialCancelFile', { device: id }),
      ({ line }) => line.file?.state === 'sending',
    ),
    forDevice(
      'discard',
      'discard what waits to be sent',
      ({ id }) => host.ask('serialDiscard', { device: id }),
      ({ line }) => line.queued > 0,
    ),
    forDevice(
      'break',
      'send a break',
      ({ id }) => host.ask('serialBreak', { device: id }),
      ({ line }) => line.status === 'open' && line.modemLines,
    ),
    forDevice('dtr', 'switch DTR', (device) => serial.set(device, { dtr: !device.settings.dtr }), hasModemLines),
    forDevice('rts', 'switch RTS', (device) => serial.set(device, { rts: !device.settings.rts }), hasModemLines),
    forDevice('detach', 'detach the device', ({ id }) => serial.detach(id)),
  ];
}
