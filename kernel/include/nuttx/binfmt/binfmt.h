#ifndef __INCLUDE_NUTTX_BINFMT_BINFMT_H
#define __INCLUDE_NUTTX_BINFMT_BINFMT_H

#include <nuttx/config.h>
#include <nuttx/symtab.h>
#include <sys/types.h>

int exec(const char *filename, char *const *argv, const struct symtab_s *exports, int nexports);

#endif
