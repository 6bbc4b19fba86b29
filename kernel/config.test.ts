import { expect, test } from 'vitest';
import { configDefinitions, configHeader, configProblem, configValues, findConfig, resolveConfig } from './config';

test('a later layer wins, and the user alone does not change the default', () => {
  const options = resolveConfig({
    board: { CONFIG_RR_INTERVAL: 200, CONFIG_USEC_PER_TICK: 1000 },
    kconfig: { CONFIG_EXAMPLES_X_PRIORITY: 110 },
    project: { CONFIG_RR_INTERVAL: 100 },
    user: { CONFIG_RR_INTERVAL: 50, CONFIG_NEW: 'x' },
  });
  const find = (name: string) => options.find((option) => option.name === name);
  expect(find('CONFIG_RR_INTERVAL')).toMatchObject({ value: 50, default: 100, setBy: 'user' });
  expect(find('CONFIG_USEC_PER_TICK')).toMatchObject({ value: 1000, default: 1000, setBy: 'board' });
  expect(find('CONFIG_TASK_NAME_SIZE')).toMatchObject({ value: 31, default: 31, setBy: 'nuttx' });
  expect(find('CONFIG_EXAMPLES_X_PRIORITY')).toMatchObject({ value: 110, setBy: 'kconfig' });
  expect(find('CONFIG_NEW')).toMatchObject({ value: 'x', default: 'x', setBy: 'user' });
  expect(configValues(options).get('CONFIG_RR_INTERVAL')).toBe(50);
});

test('of a choice, the one that is turned on turns off the others', () => {
  const values = configValues(resolveConfig({ project: { CONFIG_PTHREAD_MUTEX_BOTH: true } }));
  expect(values.get('CONFIG_PTHREAD_MUTEX_BOTH')).toBe(true);
  expect(values.get('CONFIG_PTHREAD_MUTEX_ROBUST')).toBe(false);
  expect(configValues(resolveConfig({})).get('CONFIG_PTHREAD_MUTEX_ROBUST')).toBe(true);
});

test('nuttx/config.h', () => {
  const header = configHeader(
    resolveConfig({ project: { CONFIG_ON: true, CONFIG_OFF: false, CONFIG_NUMBER: 7, CONFIG_TEXT: 'a "b"' } }),
  );
  expect(header).toContain('#define CONFIG_ON 1\n');
  expect(header).not.toContain('CONFIG_OFF');
  expect(header).toContain('#define CONFIG_NUMBER 7\n');
  expect(header).toContain('#define CONFIG_TEXT "a \\"b\\""\n');
  expect(header).toContain('#define CONFIG_USEC_PER_TICK 10000\n');
});

test('every option is there once and says what it does', () => {
  expect(new Set(configDefinitions.map(({ name }) => name)).size).toBe(configDefinitions.length);
  for (const { name, help } of configDefinitions) {
    expect(help, name).toMatch(/^[A-Z].*\.$/);
    expect(findConfig(name)!.name).toBe(name);
  }
});

test.each([
  ['CONFIG_TICKSCOPE_PTPD_TRANSPORT', 'l2', null],
  ['CONFIG_TICKSCOPE_PTPD_TRANSPORT', 'udp6', 'expected udp4 or l2, found "udp6"'],
  ['CONFIG_NETUTILS_PTPD_DOMAIN', 128, 'expected a number from 0 to 127, found 128'],
  ['CONFIG_NETUTILS_PTPD_SERVER', 1, 'expected true or false, found 1'],
  ['CONFIG_OF_THE_PROJECT', 'x', null],
])('%s = %s', (name, value, problem) => {
  expect(configProblem({ name, value })).toBe(problem);
});
