#ifndef __INCLUDE_STRING_H
#define __INCLUDE_STRING_H

#include <nuttx/compiler.h>
#include_next <string.h>

_LIBC char *strchr(const char *s, int c);
_LIBC char *strdup(const char *s);
_LIBC char *strerror(int errnum);
_LIBC size_t strlen(const char *s);
_LIBC size_t strnlen(const char *s, size_t n);
_LIBC char *strcat(char *dest, const char *src);
_LIBC char *strncat(char *dest, const char *src, size_t n);
_LIBC int strcmp(const char *a, const char *b);
_LIBC int strncmp(const char *a, const char *b, size_t n);
_LIBC int strcasecmp(const char *a, const char *b);
_LIBC int strncasecmp(const char *a, const char *b, size_t n);
_LIBC char *strcpy(char *dest, const char *src);
_LIBC char *strncpy(char *dest, const char *src, size_t n);
_LIBC char *strpbrk(const char *s, const char *accept);
_LIBC char *strrchr(const char *s, int c);
_LIBC size_t strspn(const char *s, const char *accept);
_LIBC size_t strcspn(const char *s, const char *reject);
_LIBC char *strstr(const char *s, const char *part);
_LIBC char *strtok(char *s, const char *delimiters);
_LIBC char *strtok_r(char *s, const char *delimiters, char **rest);
_LIBC void *memset(void *s, int c, size_t n);
_LIBC void *memcpy(void *dest, const void *src, size_t n);
_LIBC int memcmp(const void *a, const void *b, size_t n);
_LIBC void *memmove(void *dest, const void *src, size_t n);

#endif
