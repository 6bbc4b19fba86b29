/**
 * The report of what of the manual is there, `docs/api-coverage.md`: derived from the manual's prototypes, the
 * system-call table, and the tests that call each function. `npx vitest -u` writes it anew.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { systemCalls } from '../../../kernel/syscall';
import { root } from '../firmware';
import { aliases, neverGiven, notThere } from './aliases';
import { readManual, type ManualFunction } from './manual';
import listed from './manual.json';

/** Tests that the report names of each function. */
const LINKS = 3;

const manual: readonly ManualFunction[] = listed;
const seed = join(root, '..', 'shared', 'seeds', '002_c0e1dc8d02beb553.txt');

/** Sections that are to be complete. */
const COMPLETE = /^(2\.([1-9]|1[0-2])\.|3)/;

const texts = ['kernel', 'main/testing', 'main/machine'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => /\.test\.ts$|\/firmware\/.*\.c$/.test(path) && !path.includes('/coverage/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
);

const library = readdirSync(join(root, 'kernel', 'include'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.h'))
  .flatMap((path) => [...readFileSync(join(root, 'kernel', 'include', path), 'utf8').matchAll(/^_LIBC .*?(\w+)\(/gm)])
  .map((match) => match[1]!);

const callOf = (name: string) => systemCalls.find((call) => call.name === (aliases[name] ?? name));

const uses = (name: string) => new RegExp(`\\b${name}\\(`);

/** Tests that call a function, those that do so most often first. */
function testsOf(name: string): string[] {
  const counted = texts.map(({ path, text }) => ({
    path,
    count: text.match(new RegExp(uses(name), 'g'))?.length ?? 0,
  }));
  return counted
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ path }) => path);
}

/** The tests one by one, without what they share at the top of their file. */
const blocks = texts.flatMap(({ text }) => text.split(/^ *(?:test|it)(?:\.each)?\(/m).slice(1));

/** Whether one test calls the function and has the errno. */
function isTested(name: string, error: string): boolean {
  return blocks.some((block) => uses(name).test(block) && block.includes(error));
}

/** Who implements a function. */
function where(name: string): string {
  if (callOf(name)) return callOf(name)!.cancels ? 'kernel, cancellation point' : 'kernel';
  return library.includes(name) ? 'C library' : '';
}

function untested({ name, errors }: ManualFunction): string[] {
  return errors.filter((error) => !neverGiven[name]?.[error] && !isTested(name, error));
}

function row(fn: ManualFunction): string {
  const { section, name, errors } = fn;
  const missing = untested(fn);
  const results = errors.map((error) =>
    neverGiven[name]?.[error] ? `~~${error}~~` : missing.includes(error) ? `${error} (no test)` : error,
  );
  const tests = testsOf(name);
  const links = tests.slice(0, LINKS).map((path) => `[${path.replace(/^.*\//, '')}](${relative('docs', path)})`);
  if (tests.length > LINKS) links.push('and more');
  return `| ${section} | \`${name}\` | ${where(name) || notThere[name] || 'not yet'} | ${results.join(' ')} | ${links.join(' ')} |`;
}

function report(): string {
  const done = manual.filter(({ name }) => where(name) !== '');
  const others = systemCalls.filter((call) => !manual.some(({ name }) => (aliases[name] ?? name) === call.name));
  const reasons = Object.entries(neverGiven).flatMap(([name, errors]) =>
    Object.entries(errors).map(([error, why]) => `| \`${name}\` | ${error} | ${why} |`),
  );
  return `# What of the NuttX manual is there

Derived from the manual's prototypes, the system-call table and the tests by
[coverage.test.ts](../main/testing/coverage/coverage.test.ts), which fails when this page is out of date, and when a
function of sections 2.1 to 2.12 or 3 is missing, has no test, or lists an errno that no test expects.
${done.length} of ${manual.length} functions are implemented.

| section | function | implemented by | errno values of the manual | tests |
| ------- | -------- | -------------- | -------------------------- | ----- |
${manual.map(row).join('\n')}

## Errno values that the manual lists and a real NuttX never gives

| function | errno | why |
| -------- | ----- | --- |
${reasons.join('\n')}

## Functions that the manual does not have

${others.map((call) => `\`${call.name}\``).join(', ')}.
`;
}

test.skipIf(!existsSync(seed))('the list of prototypes is the manual’s', async () => {
  const text = JSON.stringify(readManual(readFileSync(seed, 'utf8')), null, 1);
  await expect(`${text}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'manual.json'));
});

test('docs/api-coverage.md is up to date', async () => {
  await expect(report()).toMatchFileSnapshot(join(root, 'docs', 'api-coverage.md'));
});

test('sections 2.1 to 2.12 and 3 are complete, and every function and errno has a test', () => {
  const complete = manual.filter(({ section }) => COMPLETE.test(section));
  const found = {
    missing: complete.filter(({ name }) => where(name) === '' && !notThere[name]).map(({ name }) => name),
    withoutTest: complete.filter(({ name }) => testsOf(name).length === 0 && !notThere[name]).map(({ name }) => name),
    untested: complete.flatMap((fn) => untested(fn).map((error) => `${fn.name} ${error}`)),
  };
  expect(found).toEqual({ missing: [], withoutTest: [], untested: [] });
});

test('of every call that waits a test says what a signal and a cancellation do', () => {
  const waits = ({ cancels, resume }: (typeof systemCalls)[number]) => cancels || resume !== undefined;
  const waiting = systemCalls.filter((call) => waits(call) && COMPLETE.test(call.section));
  // pthread_* never give EINTR, and what gives nothing cannot.
  const interruptible = waiting.filter(({ errors, prototype }) => errors === 'errno' && !prototype.startsWith('void'));
  const without = (calls: typeof waiting, word: RegExp) =>
    calls
      .filter(({ name }) => !texts.some(({ text }) => uses(name).test(text) && word.test(text)))
      .map(({ name }) => name);
  expect({
    signal: without(interruptible, /EINTR/),
    cancellation: without(
      waiting.filter(({ cancels }) => cancels),
      /[Cc]ancel/,
    ),
  }).toEqual({ signal: [], cancellation: [] });
});

test('every row of the table has the section of the manual', () => {
  const sections = new Map(manual.map(({ name, section }) => [aliases[name] ?? name, section]));
  expect(
    systemCalls
      .filter((call) => (sections.get(call.name) ?? '') !== call.section)
      .map((call) => `${call.name}: ${sections.get(call.name) ?? 'none'}, not ${call.section || 'none'}`),
  ).toEqual([]);
});
