#ifndef __INCLUDE_NUTTX_SYMTAB_H
#define __INCLUDE_NUTTX_SYMTAB_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>

/* Programs are linked with the firmware: exec takes a symbol table and has no use for it. */

struct symtab_s
{
  FAR const char *sym_name;
  FAR const void *sym_value;
};

#endif
