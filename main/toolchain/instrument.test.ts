import { beforeAll, describe, expect, test } from 'vitest';
import { boards } from '../../boards/board';
import { configRecord } from '../../kernel/config';
import { compile, type TestFirmware } from '../testing/firmware';

/**
 * Functions that stress what the instrumentation rewrites; none keeps anything in a global variable, so tasks can run
 * them at the same time. Each gives one number.
 */
const functions = {
  loops: `uint32_t x = n; for (int i = 0; i < 40; i++) { for (int j = 0; j < i; j++) { if ((x & 7) == 3) continue; if (j > 25) break; x = x * 1664525 + j; } x ^= i; } return x;`,
  do_while: `uint32_t x = n | 1, turns = 0; do { x = x & 1 ? 3 * x + 1 : x >> 1; turns++; } while (x != 1); return turns;`,
  sieve: `uint8_t composite[200] = { 0 }; uint32_t sum = 0; for (int i = 2; i < 200; i++) { if (composite[i]) continue; sum += i; for (int j = 2 * i; j < 200; j += i) composite[j] = 1; } return sum + n;`,
  wide_locals: `uint64_t a = n, b = 0x123456789abcdefULL; float f = 0.5f; double d = 1.0 / 3; for (int i = 0; i < 50; i++) { a = a * 6364136223846793005ULL + b; b = (b << 7) | (b >> 57); f = f * 1.0625f + (float)(a >> 60); d = d * 0.99 + (double)(int64_t)b / 1e18; } return (uint32_t)(a ^ (b >> 32)) + (uint32_t)(int32_t)(f * 100) + (uint32_t)(int32_t)(d * 1000000);`,
  conversions: `uint32_t sum = n; double d = -7.75; for (int i = 0; i < 20; i++, d *= -1.7) { sum += (uint32_t)(int32_t)d + (uint32_t)(int64_t)(float)d + (uint32_t)((uint64_t)(d < 0 ? -d : d) % 97) + __builtin_clz(i + 1) + __builtin_ctzll(i + 8) + __builtin_popcount(sum); } return sum;`,
  divisions: `int64_t a = (int64_t)n * 1000003 - 77777777777LL; uint32_t sum = 0; for (int i = 1; i < 30; i++) { sum += (uint32_t)(a / (i * 7)) + (uint32_t)(a % (i * 11)) + n / (i + 2) + (int)n % (i + 3); a = -a + i; } return sum;`,
  fibonacci: `return fib(9) + n;`,
  early_return: `static const char *const words[] = { "a", "b", NULL, "a" }; uint32_t hash = n; for (int i = 0; i < 16; i++) hash = hash * 3 + same(words[i & 3], words[(i + n) >> 2 & 3]); return hash;`,
  deep: `return descend(120, n);`,
  mutual: `return is_even(n % 50) * 2 + is_odd(n % 31);`,
  operands: `uint32_t x = slow(n) + slow(n + 1) * slow(n + 2) - (slow(n + 3) ^ (slow(n + 4) + (slow(5) << slow(6) % 5))); return x + slow(slow(x & 3) & 3);`,
  wide_operands: `double d = half(n) * half(n + 1) + half(n + 2) / half(3); return (uint32_t)(int64_t)(d * 1000) + (uint32_t)(big(n) * big(n + 1) - big(7));`,
  pointers: `static uint32_t (*const ops[])(uint32_t) = { slow, twice, plus_one }; uint32_t x = n; for (int i = 0; i < 12; i++) x = ops[x % 3](x) % 1000 + ops[i % 3](i); return x;`,
  bytecode: `return interpret(n % 13 + 5);`,
  duff: `uint32_t x = 1; int count = n % 23 + 1; int turns = (count + 3) / 4; switch (count % 4) { case 0: do { x = x * 3 + slow(1); case 3: x += 7; case 2: x ^= 0x55; case 1: x = (x << 1) | (x >> 31); } while (--turns > 0); } return x;`,
  goto_states: `uint32_t x = n, i = 0; start: if (++i > 60) goto end; if (x & 1) goto odd; x = x / 2 + 11; if (x % 5 == 0) goto twist; goto start; odd: x = x * 3 + 1; if (x % 7 == 0) goto start; twist: x ^= i << 3; if (x & 2) goto odd2; goto start; odd2: x += slow(i & 3); goto start; end: return x;`,
  structs: `struct point_s p = { n, n + 1, { 1, 2, 3, 4, 5, 6 } }; for (int i = 0; i < 10; i++) p = moved(p, i); uint32_t sum = p.x + p.y * 3; for (int i = 0; i < 6; i++) sum = sum * 31 + p.trail[i]; return sum;`,
  variadic: `return sum_of(6, 1, (double)n / 4, 3LL << 33, 7, 2.5, (long long)n) + sum_of(0);`,
  sorted: `int v[24]; uint32_t x = n, hash = 0; for (int i = 0; i < 24; i++) v[i] = (x = x * 1103515245 + 12345) >> 20; qsort(v, 24, sizeof(int), compare); for (int i = 0; i < 24; i++) hash = hash * 17 + v[i]; int key = v[9]; return hash + (uint32_t)((int *)bsearch(&key, v, 24, sizeof(int), compare) - v);`,
  strings: `char a[80], b[80]; snprintf(a, sizeof(a), "%d %s %5.2f %llx", (int)n, "text", n / 8.0, 0xfeedfacecafeULL * n); memset(b, 'x', sizeof(b)); memcpy(b + 3, a, strlen(a) + 1); memmove(b, b + 2, 40); uint32_t hash = 5381; for (char *p = b; *p; p++) hash = hash * 33 + *p; return hash;`,
  blocks: `uint8_t *m = malloc(100 + n % 50); uint32_t sum = 0; for (int i = 0; i < 100; i++) m[i] = i * n; m = realloc(m, 400); memset(m + 100, 3, 300); for (int i = 0; i < 400; i++) sum = sum * 7 + m[i]; free(m); return sum;`,
} as const;

const source = `#include <nuttx/config.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

struct point_s
{
  uint32_t x;
  uint32_t y;
  uint32_t trail[6];
};

static NOINLINE uint32_t slow(uint32_t n)
{
  uint32_t x = n;
  for (uint32_t i = 0; i < (n & 7) + 2; i++)
    {
      x = x * 5 + i;
      if (i == 1) sched_yield();
    }
  return x;
}

static NOINLINE int same(FAR const char *value, FAR const char *wanted)
{
  return value == NULL || wanted == NULL ? value == wanted : strcmp(value, wanted) == 0;
}

static NOINLINE uint32_t twice(uint32_t n)
{
  return 2 * n;
}

static NOINLINE uint32_t plus_one(uint32_t n)
{
  sched_yield();
  return n + 1;
}

static NOINLINE double half(uint32_t n)
{
  return slow(n) / 2.0;
}

static NOINLINE int64_t big(uint32_t n)
{
  return (int64_t)slow(n) << 20;
}

static NOINLINE uint32_t fib(uint32_t n)
{
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static NOINLINE uint32_t descend(int depth, uint32_t n)
{
  volatile uint32_t here[3] = { n, depth, n ^ depth };
  if (depth == 0)
    {
      sched_yield();
      return n;
    }
  uint32_t below = descend(depth - 1, n * 3 + depth);
  return below + here[0] * here[1] + here[2];
}

static NOINLINE int is_odd(uint32_t n);

static NOINLINE int is_even(uint32_t n)
{
  return n == 0 ? 1 : is_odd(n - 1) + 0 * fib(1);
}

static NOINLINE int is_odd(uint32_t n)
{
  return n == 0 ? 0 : is_even(n - 1);
}

static NOINLINE uint32_t interpret(int turns)
{
  static const uint8_t code[] = { 0, 3, 1, 2, 4, 5, 3, 6, 2, 7 };
  uint32_t a = 1;
  uint32_t b = 2;
  for (int pc = 0; turns > 0; pc++)
    {
      switch (code[pc])
        {
          case 0: a += 3; break;
          case 1: b = a * b + 1; break;
          case 2: a ^= b >> 3; break;
          case 3: b += slow(a & 3); break;
          case 4: { uint32_t t = a; a = b; b = t; } break;
          case 5: a = a * 7 + 5; /* fall through */
          case 6: b -= a; break;
          default: turns--; pc = -1; break;
        }
    }
  return a * 31 + b;
}

static NOINLINE struct point_s moved(struct point_s p, uint32_t by)
{
  struct point_s q = p;
  q.x += slow(by & 3);
  q.y ^= p.x + by;
  for (int i = 5; i > 0; i--) q.trail[i] = p.trail[i - 1] + by;
  q.trail[0] = q.x;
  return q;
}

static NOINLINE uint32_t sum_of(int count, ...)
{
  va_list ap;
  double sum = 0;
  va_start(ap, count);
  for (int i = 0; i < count; i++)
    {
      switch (i % 3)
        {
          case 0: sum += va_arg(ap, int); break;
          case 1: sum += va_arg(ap, double); break;
          default: sum += va_arg(ap, long long); break;
        }
      sched_yield();
    }
  va_end(ap);
  return (uint32_t)(int64_t)(sum * 4);
}

static int compare(const void *a, const void *b)
{
  sched_yield();
  return *(const int *)a - *(const int *)b;
}

${Object.entries(functions)
  .map(([name, body]) => `static NOINLINE uint32_t ${name}(uint32_t n)\n{\n${body}\n}\n`)
  .join('\n')}
int main(int argc, FAR char *argv[])
{
  uint32_t n = argc * 7919;
${Object.keys(functions)
  .map((name) => `  printf("${name}(%u) = %u\\n", (unsigned)n, (unsigned)${name}(n));\n`)
  .join('')}
  return 0;
}
`;

/** Runs main of the module as the linker made it, without our instrumentation; gives the lines that it prints. */
function plainLines({ linked }: TestFirmware, argc: number): string[] {
  const module = new WebAssembly.Module(linked.wasm as Uint8Array<ArrayBuffer>);
  const imports: WebAssembly.Imports = { env: {}, wasi_snapshot_preview1: {}, tickscope: {} };
  for (const { module: from, name } of WebAssembly.Module.imports(module)) imports[from]![name] = () => 0;

  let text = '';
  let heap = 0;
  const words = () => new DataView(memory.buffer);
  const allocate = (size: number) => (heap += (size + 15) & -16) - ((size + 15) & -16);
  imports.env!.malloc = allocate;
  imports.env!.realloc = (old: number, size: number) => {
    const block = allocate(size);
    new Uint8Array(memory.buffer).copyWithin(block, old, old + size);
    return block;
  };
  imports.wasi_snapshot_preview1!.fd_write = (_fd: number, iovecs: number, count: number, written: number) => {
    let total = 0;
    for (let i = 0; i < count; i++) {
      const [start, length] = [words().getInt32(iovecs + 8 * i, true), words().getInt32(iovecs + 8 * i + 4, true)];
      text += new TextDecoder().decode(new Uint8Array(memory.buffer, start, length));
      total += length;
    }
    words().setInt32(written, total, true);
    return 0;
  };

  const { exports } = new WebAssembly.Instance(module, imports);
  const memory = exports.memory as WebAssembly.Memory;
  // Its own stack is the idle task's, which is small; there is room behind the data.
  const STACK = 65536;
  heap = Math.ceil((exports.__heap_base as { value: number }).value / 16) * 16 + STACK;
  (exports.__stack_pointer as { value: number }).value = heap;
  (exports.main_main as (argc: number, argv: number) => number)(argc, 0);
  return text.split('\n').slice(0, -1);
}

let firmware: TestFirmware;
const plain = new Map<number, string[]>();
const arguments_ = (argc: number) => new Array<string>(argc - 1).fill('x');

beforeAll(async () => {
  firmware = await compile({
    'main.c': source,
    'tickscope.json': '{"apps": [{"name": "main", "stackSize": 32768}]}',
  });
  for (const argc of [1, 2, 3]) plain.set(argc, plainLines(firmware, argc));
});

test('the plain module computes', () => {
  expect(plain.get(1)!.map((line) => line.replace(/\(.*/, ''))).toEqual(Object.keys(functions));
  expect(plain.get(1)).not.toEqual(plain.get(2));
});

test.each([1, 2, 3])('left alone, functions give what the plain module gives (%i)', (argc) => {
  expect(firmware.run(...arguments_(argc)).lines).toEqual(plain.get(argc));
});

/** A board with a tick of so few cycles that every turn of every loop is interrupted. */
const hasty = { ...boards[0]!, cpuHz: 1_000_000, callCycles: 1, irqLatencyCycles: 0 };
const everyCycle = { CONFIG_USEC_PER_TICK: 1, CONFIG_RR_INTERVAL: 1, CONFIG_PRIORITY_INHERITANCE: true };

describe('interrupted at every turn of a loop', () => {
  const boot = (argcs: number[], keepNotes = 1 << 15) => {
    const app = { ...firmware.project.apps[0]!, stackSize: 32768 };
    const apps = argcs.map((argc) => ({ ...app, args: arguments_(argc) }));
    const config = {
      ...configRecord(firmware.project.config),
      ...everyCycle,
    };
    return firmware.boot([], { board: hasty, config, apps, keepNotes });
  };

  test('a task that leaves the CPU at each gives the same', () => {
    const target = boot([1]);
    let stops = 0;
    while (target.run({ entries: target.machine.position + 1 }) === 'limit') stops++;
    expect(target.dump?.text).toBeUndefined();
    expect(target.lines).toEqual(plain.get(1));
    expect(stops).toBeGreaterThan(20_000);
  });

  test('three tasks that take turns give the same', () => {
    const target = boot([1, 2, 3]);
    expect(target.run({})).toBe('ended');
    for (const argc of [1, 2, 3]) {
      const mine = target.lines.filter((line) => line.includes(`(${argc * 7919})`));
      expect(mine).toEqual(plain.get(argc));
    }
    expect(target.machine.kernel.notes.count).toBeGreaterThan(50_000);
  });
});
