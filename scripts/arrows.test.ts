import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const eslint = new ESLint({
  cwd: root,
  // The snippets are not files of a TypeScript project.
  overrideConfig: [
    {
      ...tseslint.configs.disableTypeChecked,
      languageOptions: { parserOptions: { projectService: false, project: false, program: null } },
    },
  ],
});

/** The rules that complain about `code` if it stood in the file `path`. */
async function complaints(path: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${root}${path}` });
  return result!.messages.map((message) => message.ruleId ?? message.message);
}

const paths = 'import-x/no-restricted-paths';
const packages = 'no-restricted-imports';

describe('the import arrows', () => {
  it.each([
    ['kernel/sched/x.ts', "export * from '../../main/contract/target';", paths],
    ['boards/x.ts', "export * from '../main/contract/target';", paths],
    ['main/contract/x.ts', "export * from '../host/types';", paths],
    ['main/x.ts', "export * from '../renderer/connection';", paths],
    ['kernel/x.ts', "export * from '../main/host/types';", paths],
    ['renderer/x.ts', "export * from '../main/host/types';", paths],
    ['renderer/x.ts', "export const x = import('../main/host/types');", paths],
    ['renderer/X.vue', '<script setup lang="ts">\nimport \'../main/host/types\';\n</script>', paths],
    ['kernel/x.ts', "export * from 'zod';", packages],
    ['kernel/x.ts', "export * from 'node:fs';", packages],
    ['boards/x.ts', "export * from 'fs';", packages],
    ['main/contract/x.ts', "export * from 'ws';", packages],
    ['main/host/x.ts', "export * from 'electron';", packages],
    ['renderer/x.ts', "export * from 'node:path';", packages],
  ])('%s may not say %s', async (path, code, rule) => {
    expect(await complaints(path, code)).toEqual([rule]);
  });

  it.each([
    ['boards/x.ts', "export * from './y';"],
    ['main/contract/x.ts', "export * from 'zod';"],
    ['main/host/x.ts', "export * from '../contract/target';\nexport * from 'node:fs';"],
    ['main/electron/x.ts', "export * from 'electron';"],
    ['renderer/x.ts', "export * from '../main/contract/target';\nexport * from 'vue';"],
  ])('%s may say %s', async (path, code) => {
    expect(await complaints(path, code)).toEqual([]);
  });
});

describe('kernel/ and boards/', () => {
  it.each([
    ['Date.now()', 'no-restricted-globals'],
    ['performance.now()', 'no-restricted-globals'],
    ['process.pid', 'no-restricted-globals'],
    ['setTimeout(f, 0)', 'no-restricted-globals'],
    ['Math.random()', 'no-restricted-properties'],
  ])('may not use %s', async (expression, rule) => {
    expect(await complaints('kernel/x.ts', `export const x = ${expression};`)).toEqual([rule]);
    expect(await complaints('boards/x.ts', `export const x = ${expression};`)).toEqual([rule]);
    expect(await complaints('main/host/x.ts', `export const x = ${expression};`)).toEqual([]);
  });
});
