/** What of the C library is the kernel's. */
import { entry, immediate, immediateOrNull } from '../call';
import * as heap from '../mm/heap';
import { malloc_usable_size, mallinfo, sysinfo } from '../mm/mallinfo';
import * as random from '../random';
import { abort, assertionFailed, errnoLocation } from './misc';
import { stdioBufferSize, taskInfo } from './taskinfo';
import { gethostname, sethostname, uname } from './utsname';

export const libcCalls = [
  entry('', 'void *malloc(size_t size)', heap.malloc, immediateOrNull),
  entry('', 'void *calloc(size_t n, size_t elem_size)', heap.calloc, immediateOrNull),
  entry('', 'void *realloc(void *oldmem, size_t size)', heap.realloc, immediateOrNull),
  entry('', 'void *memalign(size_t alignment, size_t size)', heap.memalign, immediateOrNull),
  entry('', 'void *aligned_alloc(size_t alignment, size_t size)', heap.memalign, immediateOrNull),
  entry('', 'void free(void *mem)', heap.free, immediate),
  entry('', 'uint32_t arc4random(void)', random.arc4random, immediate),
  entry('', 'uint32_t arc4random_uniform(uint32_t bound)', random.arc4random_uniform, immediate),
  entry('', 'void arc4random_buf(void *buffer, size_t size)', random.arc4random_buf, immediate),
  entry('', 'ssize_t getrandom(void *bytes, size_t nbytes, unsigned int flags)', random.getrandom),
  entry('3.3', 'int *__errno(void)', errnoLocation, immediate),
  entry('', 'void __assert(const char *filename, int linenum, const char *msg)', assertionFailed, immediate),
  entry('', 'void abort(void)', abort, immediate),
  entry('2.10.4', 'int gethostname(char *name, size_t size)', gethostname),
  entry('2.10.4', 'int sethostname(const char *name, size_t size)', sethostname),
  entry('', 'int uname(struct utsname *name)', uname),
  entry('', 'int sysinfo(struct sysinfo *info)', sysinfo),
  entry('', 'struct mallinfo mallinfo(void)', mallinfo, immediate),
  entry('', 'size_t malloc_usable_size(void *ptr)', malloc_usable_size, immediate),
  entry('', 'size_t malloc_size(void *ptr)', malloc_usable_size, immediate),
  entry('', 'void *__task_info(size_t size)', taskInfo, immediate),
  entry('', 'size_t __stdio_buffer_size(void)', stdioBufferSize, immediate),
] as const;
