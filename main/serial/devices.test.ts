import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describePorts, listDevices } from './devices';

const adapter = {
  path: '/dev/ttyUSB0',
  manufacturer: 'FTDI',
  serialNumber: 'A50285BI',
  pnpId: 'usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0',
  vendorId: '0403',
  productId: '6001',
};

it('knows a USB adapter by its ids and serial number, wherever it is plugged in', () => {
  expect(describePorts([adapter, { path: '/dev/ttyS0' }])).toEqual([
    {
      ...{ id: 'usb:0403:6001:a50285bi', path: '/dev/ttyUSB0', description: 'FTDI FT232R USB UART A50285BI' },
      ...{ vendorId: '0403', productId: '6001', serialNumber: 'A50285BI' },
    },
    {
      ...{ id: '/dev/ttyS0', path: '/dev/ttyS0', description: '' },
      ...{ vendorId: null, productId: null, serialNumber: null },
    },
  ]);
  expect(describePorts([{ ...adapter, path: '/dev/ttyUSB7' }])[0]!.id).toBe('usb:0403:6001:a50285bi');
});

it('tells adapters of the same serial number apart by their paths', () => {
  const ids = describePorts([adapter, { ...adapter, path: '/dev/ttyUSB1' }]).map(({ id }) => id);
  expect(ids).toEqual(['/dev/ttyUSB0', '/dev/ttyUSB1']);
});

it.runIf(process.platform === 'linux')('lists nothing without udevadm, and says what to install', async () => {
  const { devices, hint } = await listDevices({ PATH: '/nonexistent' });
  expect(devices).toEqual([]);
  expect(hint).toMatch(/udevadm is missing\. Install it/);
});

it.runIf(process.platform === 'linux')('lists what udevadm tells, and survives one that fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickscope-udev-'));
  const { PATH } = process.env;
  const answer = (script: string) => {
    writeFileSync(join(folder, 'udevadm'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'udevadm'), 0o755);
  };
  try {
    process.env.PATH = `${folder}:${PATH}`;
    const lines = ['P: /devices/x', 'N: ttyACM3', 'E: DEVNAME=/dev/ttyACM3', 'E: ID_VENDOR_ID=1d50'];
    answer(`printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`);
    expect(await listDevices()).toMatchObject({ devices: [{ path: '/dev/ttyACM3', vendorId: '1d50' }], hint: null });
    answer('exit 3');
    expect((await listDevices()).devices).toEqual([]);
  } finally {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  }
});
