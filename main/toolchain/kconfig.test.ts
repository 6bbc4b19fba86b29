import { expect, test } from 'vitest';
import { readKconfig } from './kconfig';

const text = `#
config EXAMPLES_HELLO
	tristate "\\"Hello, World!\\" example"
	default n
	---help---
		Enable the example.
		config NOT_AN_OPTION

if EXAMPLES_HELLO

config EXAMPLES_HELLO_PROGNAME
	string "Program name"
	default "hello"

config EXAMPLES_HELLO_PRIORITY
	int "Task priority"
	default 100

config EXAMPLES_HELLO_STACKSIZE
	int "Stack size"
	default DEFAULT_TASK_STACKSIZE

config EXAMPLES_HELLO_MASK
	hex
	default 0xff if RR && !SMALL
	default 0x0f

config EXAMPLES_HELLO_VERBOSE
	bool "Talk"
	default y if (SMALL || RR) && NAME = "board"

config EXAMPLES_HELLO_QUIET
	bool

endif
`;

test("an application's options take their defaults, and it is on itself", () => {
  const outer: Record<string, boolean | number | string> = {
    CONFIG_DEFAULT_TASK_STACKSIZE: 2048,
    CONFIG_RR: true,
    CONFIG_NAME: 'board',
  };
  expect(readKconfig(text, (name) => outer[name])).toEqual({
    CONFIG_EXAMPLES_HELLO: true,
    CONFIG_EXAMPLES_HELLO_PROGNAME: 'hello',
    CONFIG_EXAMPLES_HELLO_PRIORITY: 100,
    CONFIG_EXAMPLES_HELLO_STACKSIZE: 2048,
    CONFIG_EXAMPLES_HELLO_MASK: 0xff,
    CONFIG_EXAMPLES_HELLO_VERBOSE: true,
    CONFIG_EXAMPLES_HELLO_QUIET: false,
  });
});
