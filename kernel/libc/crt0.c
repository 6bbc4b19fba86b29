/* What the instrumentation pass and the executor need to find in every firmware. */

#include <stdio.h>

__attribute__((import_module("tickscope"), import_name("fault"))) void __ts_fault(int code, int detail);

/* Never called: it only keeps the import in the module, so that the pass can insert calls of it. */

void __ts_keep(void)
{
  __ts_fault(0, 0);
}

/* Called by the executor when a task ends, as the streams are shared but the task's unfinished line must appear. */

void __ts_stdio_flush(void)
{
  fflush(NULL);
}
