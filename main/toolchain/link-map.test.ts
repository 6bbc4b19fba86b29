import { expect, test } from 'vitest';
import { parseLinkMap } from './link-map';

test('functions with their objects in code order, data with addresses', () => {
  const text = `    Addr      Off     Size Out     In      Symbol
       -        8       5b TYPE
       0        0        0         __stack_pointer
       -      ebf    12b65 CODE
       -      ec1        3         <internal>:(__wasm_call_ctors)
       -      ec4      ac2         project/main.c.o:(hello_main)
       -      ec4      ac2                 hello_main
       -     1986       7b         libc.a(vfprintf.c.obj):(pop_arg)
       -     1986       7b                 pop_arg
       -    13a24     47df DATA
200047d0    13a24    168d4 .bss
20004258        0       10         project/main.c.o:(.bss.g_done)
20004258        0       10                 g_done
200047d0        0        4         project/common.c.o:(.bss.g_t0)
200047d0        0        4                 g_t0
`;
  expect(parseLinkMap(text)).toEqual({
    functions: [
      { name: '__wasm_call_ctors', object: '<internal>' },
      { name: 'hello_main', object: 'project/main.c.o' },
      { name: 'pop_arg', object: 'libc.a(vfprintf.c.obj)' },
    ],
    symbols: [
      { name: 'g_done', address: 0x20004258, size: 16 },
      { name: 'g_t0', address: 0x200047d0, size: 4 },
    ],
  });
});
