// `npm run dev [-- PROJECT]`: the page with hot reload; the host is built again and restarted when it changes.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer as createNetServer } from 'node:net';
import { join, resolve } from 'node:path';
import { prepare, root, say } from './prepare.mjs';

await prepare();
// Only now are the packages there for sure.
const { context } = await import('esbuild');
const { createServer } = await import('vite');
const { hostBuilds, pageConfig } = await import('./build.mjs');

/** A port that is free now. */
const freePort = () =>
  new Promise((found) => {
    const server = createNetServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

// Both outlive a restart of the host, so that an open page finds it again.
const port = await freePort();
const token = randomBytes(32).toString('base64url');
const project = process.argv.slice(2).map((path) => resolve(process.env.INIT_CWD ?? '.', path));

let host = null;
function restart() {
  const begin = () => {
    host = spawn(process.execPath, [join(root, 'dist', 'main', 'browser.js'), '--port', `${port}`, ...project], {
      cwd: root,
      env: { ...process.env, TICKSCOPE_TOKEN: token },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  if (!host || host.exitCode !== null) return begin();
  host.once('exit', begin);
  host.kill();
}

const restartHost = {
  name: 'restart-host',
  setup: (build) => build.onEnd(({ errors }) => void (errors.length === 0 && restart())),
};
for (const options of hostBuilds()) {
  const isHost = options.format === 'esm';
  await (await context({ ...options, plugins: isHost ? [restartHost] : [] })).watch();
}

const target = `http://127.0.0.1:${port}`;
const vite = await createServer({
  ...pageConfig,
  server: { host: '127.0.0.1', proxy: { '/socket': { target, ws: true, changeOrigin: true, rewriteWsOrigin: true } } },
});
await vite.listen();
say(`open http://127.0.0.1:${vite.httpServer.address().port}/#token=${token}`);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    host?.kill();
    process.exit(0);
  });
}
