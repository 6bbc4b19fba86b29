/* What the instrumentation pass needs to find in every firmware. */

__attribute__((import_module("tickscope"), import_name("fault"))) void __ts_fault(int code, int detail);

/* Never called: it only keeps the import in the module, so that the pass can insert calls of it. */

void __ts_keep(void)
{
  __ts_fault(0, 0);
}
