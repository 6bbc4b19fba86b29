// `npm test`: lint, types, unit tests, e2e tests. Runs all of them, whatever the earlier ones say.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { prepare, root, say } from './prepare.mjs';
import { runCommand } from './run-command.mjs';

const limitMs = 30 * 60_000;
const total = { passed: 0, failed: 0, skipped: 0 };

/** Runs an npm script of this package; true if it went well. */
async function runScript(name, args = [], env = {}) {
  console.log(`\n> npm run ${[name, ...args].join(' ')}`);
  const status = await runCommand('npm', ['run', '-s', name, '--', ...args], { cwd: root, env, timeout: limitMs });
  return status === 0;
}

async function check(name) {
  if (await runScript(name)) return;
  say(`${name} failed`);
  total.failed += 1;
}

/** Runs tests, and adds what `count` reads in the JSON report they leave. A run that breaks off counts as a failure. */
async function test(name, count, args, env) {
  const report = join(root, '.cache', `${name.replace(':', '-')}.json`);
  rmSync(report, { force: true });
  const ok = await runScript(name, args(report), env?.(report));
  const { passed, failed, skipped } = existsSync(report)
    ? count(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  total.passed += passed;
  total.failed += ok ? failed : Math.max(failed, 1);
  total.skipped += skipped;
}

/** Installs a Debian package where that needs no question (Debian, as root). */
async function install(name, purpose) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  say(`installing ${name} for ${purpose} (apt-get)`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { env });
  await runCommand('apt-get', ['install', '-qq', '-y', '--no-install-recommends', name], { env });
}

/** False if there is no Chromium and none could be installed. */
async function ensureChromium() {
  if (!findChromium()) await install('chromium', 'the e2e tests');
  return findChromium() !== null;
}

/** Tests of serial lines talk to socat, and are skipped without. */
async function ensureSocat() {
  const isThere = () => spawnSync('socat', ['-V']).status === 0;
  if (!isThere()) await install('socat', 'the tests of serial lines');
  if (!isThere()) say('tests of serial lines need socat and are skipped: install it.');
}

await prepare();
await ensureSocat();
await check('lint');
await check('typecheck');
await test(
  'test:unit',
  (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
  (file) => ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
);
if (await ensureChromium()) {
  await test(
    'test:e2e',
    ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }),
    () => ['--reporter=list,json'],
    (file) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: file }),
  );
} else {
  say('e2e tests need Chrome or Chromium: install one, or set CHROME_PATH to its executable.');
  total[process.env.CI ? 'failed' : 'skipped'] += 1;
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
