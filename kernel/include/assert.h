/* May be included again with another NDEBUG. */

#include <nuttx/config.h>
#include <nuttx/compiler.h>

#undef ASSERT
#undef VERIFY
#undef DEBUGASSERT
#undef DEBUGVERIFY
#undef PANIC
#undef assert

#define ASSERT(f)   do { if (predict_false(!(f))) __assert(__FILE__, __LINE__, #f); } while (0)
#define VERIFY(f)   do { if (predict_false((f) < 0)) __assert(__FILE__, __LINE__, #f); } while (0)
#define PANIC()     __assert(__FILE__, __LINE__, "panic")

#ifdef CONFIG_DEBUG_ASSERTIONS
#  define DEBUGASSERT(f) ASSERT(f)
#  define DEBUGVERIFY(f) VERIFY(f)
#else
#  define DEBUGASSERT(f) ((void)(1 || (f)))
#  define DEBUGVERIFY(f) ((void)(f))
#endif

#ifdef NDEBUG
#  define assert(f) ((void)(1 || (f)))
#else
#  define assert(f) ((void)(predict_true(f) || (__assert(__FILE__, __LINE__, #f), 0)))
#endif

#if !defined(__cplusplus) && !defined(static_assert)
#  define static_assert _Static_assert
#endif

void __assert(const char *filename, int line, const char *msg) noreturn_function;
