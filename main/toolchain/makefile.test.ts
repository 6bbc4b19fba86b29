import { expect, test } from 'vitest';
import { readMakefile } from './makefile';

const config = (name: string) => ({ CONFIG_PRIORITY: '120', CONFIG_NAME: '"hello"', CONFIG_EXTRA: 'y' })[name] ?? '';
const read = (text: string) => readMakefile(text, { config, files: ['a.c', 'b.c', 'sub/c.c', 'notes.txt'] });

test('assignments of every kind, references, continued lines, comments', () => {
  const variables = read(`
# a comment
include $(APPDIR)/Make.defs
NAME = hello        # another
PROGNAME = $(NAME)_app
PROGNAME ?= ignored
PRIORITY = $(CONFIG_PRIORITY)
CSRCS = one.c \\
        two.c
CSRCS += \${MORE}
MORE = three.c
NOW := $(NAME)
NAME = later
STRING = $(CONFIG_NAME)
target: $(CSRCS)
	$(Q) NAME = recipe
`);
  expect(variables.get('PROGNAME')).toBe('later_app');
  expect(variables.get('PRIORITY')).toBe('120');
  expect(variables.get('CSRCS')).toBe('one.c two.c three.c');
  expect(variables.get('NOW')).toBe('hello');
  expect(variables.get('NAME')).toBe('later');
  expect(variables.get('STRING')).toBe('"hello"');
});

test('conditionals: nested, else, else ifeq, ifdef', () => {
  const variables = read(`
ifeq ($(CONFIG_EXTRA),y)
CSRCS += extra.c
ifneq ($(CONFIG_OTHER),y)
CSRCS += no_other.c
else
CSRCS += other.c
endif
else
CSRCS += no_extra.c
endif
ifeq ($(CONFIG_OTHER),y)
KIND = other
else ifeq ($(CONFIG_EXTRA),y)
KIND = extra
else
KIND = none
endif
ifdef CONFIG_NOPE
CSRCS += nope.c
endif
ifneq ($(CONFIG_EXTRA),)
CSRCS += set.c
endif
`);
  expect(variables.get('CSRCS')).toBe('extra.c no_other.c set.c');
  expect(variables.get('KIND')).toBe('extra');
});

test('the functions that sources are listed with', () => {
  const variables = read('CSRCS = $(wildcard *.c)\nOBJS = $(CSRCS:.c=.o)\nDEEP = $(notdir $(wildcard sub/*.c))\n');
  expect(variables.get('CSRCS')).toBe('a.c b.c');
  expect(variables.get('OBJS')).toBe('a.o b.o');
  expect(variables.get('DEEP')).toBe('c.c');
});

test('a variable that refers to itself ends', () => {
  expect(read('A = $(A) x\n').get('A')).toBeDefined();
});
