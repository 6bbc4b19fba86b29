/** The serial devices of this computer, and word of it when one is plugged or unplugged. */
import { accessSync, constants } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface FoundDevice {
  id: string;
  path: string;
  description: string;
  vendorId: string | null;
  productId: string | null;
  serialNumber: string | null;
}

/** One port as `SerialPort.list` tells it. */
export interface ListedPort {
  path: string;
  manufacturer?: string | undefined;
  serialNumber?: string | undefined;
  pnpId?: string | undefined;
  vendorId?: string | undefined;
  productId?: string | undefined;
  friendlyName?: string | undefined;
}

/** Loaded when it is first needed: without its native module everything else still works. */
export const loadSerialPort = async () => (await import('serialport')).SerialPort;

const POLL_MS = 1000;

function isInstalled(program: string, path: string | undefined): boolean {
  return (path ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/** Lists the devices; where that is not possible none, with a hint that says why and what to do. */
export async function listDevices(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ devices: FoundDevice[]; hint: string | null }> {
  // On Linux the library asks udevadm.
  if (process.platform === 'linux' && !isInstalled('udevadm', env.PATH)) {
    const hint =
      'Devices cannot be listed: udevadm is missing. Install it (on Debian the package udev), or type a path such as /dev/ttyUSB0.';
    return { devices: [], hint };
  }
  try {
    return { devices: describePorts(await (await loadSerialPort()).list()), hint: null };
  } catch (error) {
    const hint = `Devices cannot be listed: ${(error as Error).message}. Type a path such as /dev/ttyUSB0.`;
    return { devices: [], hint };
  }
}

/** Makes devices of ports: a name that a person knows them by, and an id that survives another socket. */
export function describePorts(ports: readonly ListedPort[]): FoundDevice[] {
  const usbIds = ports.map(usbId);
  return ports.map((port, i) => {
    // Two adapters of one serial number, or two ports of one adapter, are told apart by path alone.
    const isUnique = usbIds[i] !== null && usbIds.indexOf(usbIds[i]!) === usbIds.lastIndexOf(usbIds[i]!);
    return {
      id: isUnique ? usbIds[i]! : port.path,
      path: port.path,
      description: describe(port),
      vendorId: port.vendorId ?? null,
      productId: port.productId ?? null,
      serialNumber: port.serialNumber ?? null,
    };
  });
}

function usbId({ vendorId, productId, serialNumber }: ListedPort): string | null {
  return vendorId && productId && serialNumber ? `usb:${vendorId}:${productId}:${serialNumber}`.toLowerCase() : null;
}

function describe({ friendlyName, pnpId, manufacturer }: ListedPort): string {
  if (friendlyName) return friendlyName;
  // udev's name of a USB device holds both maker and product: usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0
  const product = pnpId?.startsWith('usb-') ? pnpId.slice(4).replace(/-if\d+.*$/, '') : '';
  return (product || manufacturer || '').replaceAll('_', ' ').trim();
}

/** Calls `onChange` when devices may have come or gone, until the function that it returns is called. */
export function watchDevices(onChange: () => void): () => void {
  let before: string | null = null;
  const look = async () => {
    // Elsewhere a list of names costs nothing; Windows has none and is asked for its devices each time.
    const names =
      process.platform === 'win32'
        ? JSON.stringify((await listDevices()).devices)
        : (await readdir('/dev').catch(() => [])).filter((name) => /^(tty|cu|rfcomm)/.test(name)).join();
    if (before !== null && names !== before) onChange();
    before = names;
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => (looking = false));
  }, POLL_MS);
  timer.unref();
  void look();
  return () => clearInterval(timer);
}
