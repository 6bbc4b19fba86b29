#ifndef __INCLUDE_STDLIB_H
#define __INCLUDE_STDLIB_H

#include <nuttx/compiler.h>
#include <stdint.h>
#include_next <stdlib.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *ptr, size_t size);
void *zalloc(size_t size);
void *memalign(size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **ptr, size_t alignment, size_t size);
void free(void *ptr);

void exit(int status) noreturn_function;
void _Exit(int status) noreturn_function;
void quick_exit(int status) noreturn_function;
void abort(void) noreturn_function;
int atexit(void (*func)(void));
int on_exit(void (*func)(int, void *), void *arg);
int at_quick_exit(void (*func)(void));
int system(const char *cmd);

#define environ get_environ_ptr()
char **get_environ_ptr(void);
char *getenv(const char *name);
int putenv(char *string);
int clearenv(void);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);

_LIBC int mktemp(char *path_template);
_LIBC int mkstemp(char *path_template);
uint32_t arc4random(void);
void arc4random_buf(void *buffer, size_t size);
uint32_t arc4random_uniform(uint32_t bound);

#endif
