/** The desktop app: one locked-down window over the host. `electron . [PROJECT]` */
import { join, resolve } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  type MessagePortMain,
  protocol,
  screen,
  session,
} from 'electron';
import { version } from '../../package.json';
import { type Channel, serve } from '../host/connection';
import { createHost } from '../host/index';
import { pageHeaders, readPage } from '../host/page';
import { appFolders, appRoot, pageRoot } from '../host/paths';
import type { Host } from '../host/types';
import { loadWindowState, saveWindowState } from './window-state';

const ORIGIN = 'app://tickscope';
const folders = appFolders();
const windowFile = join(folders.stateDir, 'window.json');

/** The page's own layout and theme are kept beside the host's state. */
app.setPath('userData', join(folders.stateDir, 'electron'));
app.enableSandbox();
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);

/** The project named on a command line, if any; Electron's own switches begin with a dash. */
function projectOf(args: readonly string[], cwd: string): string | null {
  const [first] = args.filter((arg) => !arg.startsWith('-')).slice(app.isPackaged ? 1 : 2);
  return first === undefined ? null : resolve(cwd, first);
}

function createWindow(): BrowserWindow {
  const state = loadWindowState(
    windowFile,
    screen.getAllDisplays().map((display) => display.workArea),
  );
  const window = new BrowserWindow({
    ...(state?.bounds ?? { width: 1440, height: 900 }),
    minWidth: 640,
    minHeight: 400,
    show: false,
    title: 'Tickscope',
    webPreferences: {
      preload: join(appRoot, 'dist', 'main', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (state?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    saveWindowState(windowFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  void window.loadURL(`${ORIGIN}/`);
  return window;
}

/** What the page may not do. */
function lockDown(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  // Copying text is all that a pane needs.
  const isAllowed = (permission: string) => permission === 'clipboard-sanitized-write';
  session.defaultSession.setPermissionRequestHandler((_, permission, allow) => allow(isAllowed(permission)));
  session.defaultSession.setPermissionCheckHandler((_, permission) => isAllowed(permission));
}

function servePage(): void {
  protocol.handle('app', async (request) => {
    // Node's URL has no origin for a scheme that it does not know.
    const { protocol: scheme, host, pathname } = new URL(request.url);
    const isOurs = `${scheme}//${host}` === ORIGIN && request.method === 'GET';
    const file = isOurs ? await readPage(pageRoot, pathname) : null;
    if (!file) return new Response('There is no such file.', { status: 404, headers: pageHeaders });
    return new Response(file.body, { headers: { ...pageHeaders, 'Content-Type': file.type } });
  });
}

function portChannel(port: MessagePortMain): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (callback) => {
      port.on('message', ({ data }) => callback(data));
      port.start();
    },
    onClose: (callback) => port.on('close', callback),
    bufferedAmount: () => 0, // a message port does not tell
  };
}

/** Gives the page a port to the host whenever it asks: at its start, and when it is loaded again. */
function servePort(window: BrowserWindow, host: Host): void {
  ipcMain.on('tickscope:ready', ({ sender, senderFrame }) => {
    const isOurs = sender === window.webContents && senderFrame === sender.mainFrame && senderFrame.origin === ORIGIN;
    if (!isOurs) return;
    const { port1, port2 } = new MessageChannelMain();
    serve(portChannel(port1), host);
    sender.postMessage('tickscope:port', null, [port2]);
  });
}

function openProject(host: Host, path: string | null): void {
  host.start(path).catch((error: unknown) => console.error(`tickscope: ${(error as Error).message}`));
}

async function start(): Promise<void> {
  await app.whenReady();
  lockDown();
  servePage();
  // Elsewhere a menu would only take keys from the page.
  const macMenu = [{ role: 'appMenu' as const }, { role: 'editMenu' as const }, { role: 'windowMenu' as const }];
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate(macMenu) : null);

  const host = createHost({
    ...folders,
    resources: app.isPackaged ? process.resourcesPath : appRoot,
    shell: 'electron',
    version,
    chooseFolder: async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] });
      return canceled ? null : (filePaths[0] ?? null);
    },
  });
  const window = createWindow();
  servePort(window, host);
  openProject(host, projectOf(process.argv, process.cwd()));

  app.on('second-instance', (_, argv, cwd) => {
    if (window.isMinimized()) window.restore();
    window.focus();
    const path = projectOf(argv, cwd);
    if (path !== null) openProject(host, path);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    event.preventDefault();
    void host.close().finally(() => app.exit(0));
  });
}

if (app.requestSingleInstanceLock()) void start();
else app.quit();
