import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { declaredFunctions } from './api';
import { root } from './testing';

test('reads prototypes, but no types, variables, macros or functions of the C library', () => {
  const header = `
    #define twice(x) (2 * (x))
    #define long_macro(a) \\
      do { f(a); } while (0)
    /* int commented(void); */
    typedef int (*main_t)(int argc, char *argv[]);
    struct pair { int a; union { int b; void (*c)(int); } u; };
    typedef struct other_s { int a; } other_t;
    extern int optind, opterr;
    extern char **environ;
    int plain(void);
    void _exit(int status) noreturn_function;
    char *getcwd(char *buf, size_t size);
    int on_exit(void (*func)(int, void *), void *arg);
    int several_lines(const char *name,
                      int priority);
    _LIBC time_t mktime(struct tm *tp);
  `;
  expect(declaredFunctions(header)).toEqual(['plain', '_exit', 'getcwd', 'on_exit', 'several_lines']);
});

test.each([
  ['sched.h', 'task_create', 20],
  ['pthread.h', 'pthread_rwlock_unlock', 90],
  ['semaphore.h', 'sem_setprotocol', 13],
  ['stdlib.h', 'malloc', 20],
])('reads %s', (header, name, atLeast) => {
  const names = declaredFunctions(readFileSync(join(root, 'kernel/include', header), 'utf8'));
  expect(names).toContain(name);
  expect(names.length).toBeGreaterThanOrEqual(atLeast - 1);
});
