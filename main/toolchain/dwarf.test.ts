import { afterAll, beforeAll, expect, test } from 'vitest';
import { findLine, readLineTable, type LineTable } from './dwarf-lines';
import { DataNames } from './dwarf-names';
import { folderWith, startToolchain, testOptions, type TestToolchain } from './testing';
import { Reader, SectionId, readModule } from './wasm-binary';
import type { LinkedFirmware } from './build';

const source = `#include <semaphore.h>
#include <stdlib.h>
#include "sub/shape.h"

struct buffer
{
  int size;
  sem_t free;
  sem_t full[2];
};

static struct buffer g_buffer = { 4, SEM_INITIALIZER(1), { SEM_INITIALIZER(0), SEM_INITIALIZER(0) } };
sem_t g_forks[5];
static volatile int g_grid[3][4];
struct shape g_shape;
static volatile struct { _Bool on; signed char level; struct { unsigned short left; }; enum { IDLE, BUSY } state; unsigned int bit : 3; float *at; double load[2]; } g_motor;

__attribute__((noinline)) static int wait_all(void)
{
  static int s_calls;
  s_calls++;
  sem_wait(&g_buffer.free);
  sem_wait(&g_forks[1]);
  return s_calls + g_grid[1][2];
}

int main(int argc, char *argv[])
{
  int result = wait_all() + g_motor.on + (int)g_motor.load[1];
  if (argc > 1)
    {
      result += area(&g_shape) + g_grid[2][argc & 3] + strtol(argv[1], NULL, 0);
      sem_post(&g_buffer.full[argc & 1]);
    }

  return result;
}
`;
const header = `struct shape { union { int width; float w; } u; int height; };
static inline __attribute__((noinline)) int area(const volatile struct shape *s)
{
  return s->u.width * s->height;
}
`;

let tools: TestToolchain;
let firmware: LinkedFirmware;
let lines: LineTable;
beforeAll(async () => {
  tools = await startToolchain();
  const built = await tools.toolchain.build(await folderWith({ 'app.c': source, 'sub/shape.h': header }), testOptions);
  expect(built.problems).toEqual([]);
  firmware = built.firmware!;
  lines = readLineTable(firmware.wasm);
});
afterAll(() => tools.close());

/** Where a function's body begins and ends, from the start of the code section's contents. */
function bodyOf(name: string): { start: number; end: number } {
  const info = readModule(firmware.wasm);
  const code = info.sections.find(({ id }) => id === SectionId.Code)!;
  const reader = new Reader(firmware.wasm, code.start, code.end);
  for (let index = info.imports.length, n = reader.u32(); n > 0; n--, index++) {
    const size = reader.u32();
    const start = reader.pos - code.start;
    if (info.functionNames[index] === name) return { start, end: start + size };
    reader.pos += size;
  }
  throw new Error(`no function ${name}`);
}

/** The lines that a function's instructions come from, in order, without repetitions. */
function linesOf(name: string): string[] {
  const { start, end } = bodyOf(name);
  const seen: string[] = [];
  for (let offset = start; offset < end; offset++) {
    const found = findLine(lines, offset);
    const text = found ? `${found.file}:${found.line}` : 'none';
    if (seen.at(-1) !== text) seen.push(text);
  }
  return seen;
}

test('a function has the lines of its source', () => {
  // A body begins with its count of locals, which is no code.
  const [locals, ...found] = linesOf('wait_all');
  expect(locals).toBe('none');
  const first = source.split('\n').findIndex((line) => line.includes('static int wait_all')) + 1;
  for (const line of found) {
    expect(line).toMatch(/^app\.c:\d+$/);
    expect(Number(line.slice(6))).toBeGreaterThanOrEqual(first);
    expect(Number(line.slice(6))).toBeLessThanOrEqual(first + 7);
  }
  expect(found).toContain(`app.c:${first + 4}`);
  expect(found).toContain(`app.c:${first + 5}`);
});

test('code from a header has that header as its file', () => {
  expect(linesOf('area')).toContain('sub/shape.h:4');
});

test('the C library has no lines, nor has what is outside of the code', () => {
  const { start, end } = bodyOf('strtol');
  for (let offset = start; offset < end; offset++) expect(findLine(lines, offset)).toBeNull();
  expect(findLine(lines, 0)).toBeNull();
  expect(findLine(lines, firmware.wasm.length)).toBeNull();
});

test('offsets rise', () => {
  expect([...lines.offsets]).toEqual([...lines.offsets].sort((a, b) => a - b));
});

test('data has the names of C', () => {
  const names = new DataNames(firmware.wasm);
  const address = (name: string) => firmware.symbols.find((symbol) => symbol.name === name)!.address;
  const buffer = address('g_buffer');
  expect(names.find(buffer)).toBe('g_buffer');
  expect(names.find(buffer + 4)).toBe('g_buffer.free');
  expect(names.find(buffer + 4, 'sem_s')).toBe('g_buffer.free');
  expect(names.find(buffer + 20 + 16, 'sem_s')).toBe('g_buffer.full[1]');
  expect(names.find(buffer + 20, 'sem_s')).toBe('g_buffer.full[0]');
  expect(names.find(address('g_forks') + 3 * 16, 'sem_s')).toBe('g_forks[3]');
  expect(names.find(address('g_forks'), 'sem_s')).toBe('g_forks[0]');
  expect(names.find(address('g_grid') + 4 * (1 * 4 + 2))).toBe('g_grid[1][2]');
  expect(names.find(address('g_shape') + 4)).toBe('g_shape.height');
  expect(names.find(address('wait_all.s_calls'))).toBe('s_calls');
  expect(names.find(address('g_forks') + 5 * 16 + 4096)).toBeNull();
  expect(names.find(0x1000)).toBeNull();
});

test('a path leads to a number in memory', () => {
  const names = new DataNames(firmware.wasm);
  const { address } = firmware.symbols.find((symbol) => symbol.name === 'g_motor')!;
  const at = (path: string) => {
    const variable = names.variable(path);
    return { ...variable, address: variable.address - address };
  };
  expect(at('g_motor.on')).toEqual({ address: 0, size: 1, format: 'boolean' });
  expect(at('g_motor.level')).toEqual({ address: 1, size: 1, format: 'signed' });
  expect(at('g_motor.left')).toEqual({ address: 2, size: 2, format: 'unsigned' });
  expect(at('g_motor.state')).toMatchObject({ address: 4, size: 4 });
  expect(at('g_motor.at')).toEqual({ address: 12, size: 4, format: 'unsigned' });
  expect(at(' g_motor . load [1]')).toEqual({ address: 24, size: 8, format: 'float' });
  const grid = names.variable('g_grid[0][0]').address;
  expect(names.variable('g_grid[2][3]')).toEqual({ address: grid + 44, size: 4, format: 'signed' });
  expect(names.variable('g_buffer.full[1].semcount').address).toBe(names.variable('g_buffer.size').address + 36);
  expect(names.variableNames()).toEqual(expect.arrayContaining(['g_buffer', 'g_motor', 's_calls']));
});

test.each([
  ['g_none', 'There is no global variable g_none, or the compiler has optimized it away.'],
  ['g_buffer', 'g_buffer holds no number. It has size, free, full.'],
  ['g_buffer.sise', 'g_buffer has no member sise. It has size, free, full.'],
  ['g_buffer.size.x', 'g_buffer.size has no member x.'],
  ['g_buffer.full', 'g_buffer.full is an array: choose an element, such as g_buffer.full[0].'],
  ['g_grid[3][0]', 'g_grid ends with g_grid[2].'],
  ['g_grid[2][4]', 'g_grid[2] ends with g_grid[2][3].'],
  ['g_grid[2]', 'g_grid[2] is an array: choose an element, such as g_grid[2][0].'],
  ['g_grid[1][1][1]', 'g_grid[1][1] is no array.'],
  ['g_motor.bit', 'g_motor.bit is a bit-field, which cannot be watched.'],
  ['g_forks[1', '"g_forks[1" is no path to a variable.'],
  ['a+b', '"a+b" is no path to a variable.'],
])('%s is refused', (path, message) => {
  expect(() => new DataNames(firmware.wasm).variable(path)).toThrow(message);
});
