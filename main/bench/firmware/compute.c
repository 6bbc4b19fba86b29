/* Three kinds of computing, for the price of counting cycles: a mixed integer loop, a bytecode interpreter's switch,
 * and a quicksort. Each runs n units of work and returns a checksum.
 */

#include <stdint.h>
#include <string.h>

#define TABLE 4096

static uint32_t g_table[TABLE];

void bench_reset(void)
{
  memset(g_table, 0, sizeof(g_table));
}

uint32_t bench_integer(uint32_t n)
{
  uint32_t h = 2166136261u;
  uint32_t k;

  for (k = 0; k < n; k++)
    {
      uint32_t i;

      for (i = 0; i < TABLE; i++)
        {
          uint32_t x = g_table[i] + h;

          if (x & 1)
            {
              x = x * 3 + 1;
            }
          else
            {
              x >>= 1;
            }

          h = (h ^ x) * 16777619u;
          g_table[i] = h >> 3;
        }
    }

  return h;
}

enum op_e
{
  OP_PUSH, OP_ADD, OP_SUB, OP_MUL, OP_XOR, OP_SHR, OP_LOAD, OP_STORE, OP_LOOP, OP_HALT
};

static const uint8_t g_program[] =
{
  OP_LOAD, 0, OP_PUSH, 13, OP_MUL, OP_PUSH, 7, OP_ADD, OP_STORE, 0,
  OP_LOAD, 1, OP_LOAD, 0, OP_XOR, OP_PUSH, 3, OP_SHR, OP_STORE, 1,
  OP_LOAD, 2, OP_LOAD, 1, OP_SUB, OP_STORE, 2,
  OP_LOOP, 0, OP_HALT
};

uint32_t bench_bytecode(uint32_t n)
{
  uint32_t vars[4] = { 1, 2, 3, 4 };
  uint32_t stack[16];
  uint32_t left = n * 1000;
  uint32_t *sp = stack;
  const uint8_t *pc = g_program;

  for (; ; )
    {
      switch (*pc++)
        {
          case OP_PUSH:
            *sp++ = *pc++;
            break;
          case OP_ADD:
            sp--;
            sp[-1] += sp[0];
            break;
          case OP_SUB:
            sp--;
            sp[-1] -= sp[0];
            break;
          case OP_MUL:
            sp--;
            sp[-1] *= sp[0];
            break;
          case OP_XOR:
            sp--;
            sp[-1] ^= sp[0];
            break;
          case OP_SHR:
            sp--;
            sp[-1] >>= sp[0];
            break;
          case OP_LOAD:
            *sp++ = vars[*pc++];
            break;
          case OP_STORE:
            vars[*pc++] = *--sp;
            break;
          case OP_LOOP:
            pc = --left == 0 ? pc + 1 : g_program + *pc;
            break;
          default:
            return vars[0] ^ vars[1] ^ vars[2];
        }
    }
}

static void quicksort(uint32_t *a, int lo, int hi)
{
  while (lo < hi)
    {
      uint32_t pivot = a[(lo + hi) / 2];
      int i = lo;
      int j = hi;

      while (i <= j)
        {
          while (a[i] < pivot)
            {
              i++;
            }

          while (a[j] > pivot)
            {
              j--;
            }

          if (i <= j)
            {
              uint32_t t = a[i];
              a[i++] = a[j];
              a[j--] = t;
            }
        }

      if (j - lo < hi - i)
        {
          quicksort(a, lo, j);
          lo = i;
        }
      else
        {
          quicksort(a, i, hi);
          hi = j;
        }
    }
}

uint32_t bench_quicksort(uint32_t n)
{
  uint32_t seed = 1;
  uint32_t k;

  for (k = 0; k < n; k++)
    {
      int i;

      for (i = 0; i < TABLE; i++)
        {
          seed = seed * 1664525u + 1013904223u;
          g_table[i] = seed;
        }

      quicksort(g_table, 0, TABLE - 1);
    }

  return g_table[TABLE / 2];
}
