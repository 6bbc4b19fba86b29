/** Strings (manual 2.10.8). The C library has them; what each gives, and strtok from several tasks. */
import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

test('every function of string.h and strings.h', async () => {
  await expectCalls(
    `
#include <strings.h>

static char g_text[40];
static FAR char *g_rest;

static int is(FAR const char *text)
{
  return strcmp(g_text, text) == 0;
}
`,
    [
      ['strlen("four") + strnlen("four", 2)', 6],
      ['strcpy(g_text, "one") == g_text && is("one")', 1],
      ['strcat(g_text, " two") == g_text && is("one two")', 1],
      ['strncat(g_text, " three", 3) == g_text && is("one two th")', 1],
      ['strncpy(g_text, "four", 6) == g_text && memcmp(g_text, "four\\0\\0", 6) == 0', 1],
      ['strchr(g_text, 111) - g_text + (strchr(g_text, 120) == NULL)', 2],
      ['strrchr("banana", 97) - strchr("banana", 98) >= 0', 1],
      ['strcmp("a", "b") < 0 && strcmp("b", "a") > 0 && strncmp("ab", "ac", 1) == 0', 1],
      ['strcasecmp("ABC", "abc") == 0 && strncasecmp("ABx", "aby", 2) == 0', 1],
      ['strspn("aabbc", "ab") * 10 + strcspn("aabbc", "c")', 44],
      ['strcmp(strpbrk("key=value", "=:"), "=value") == 0 && strpbrk("key", "=") == NULL', 1],
      ['strcmp(strstr("in the middle", "the"), "the middle") == 0 && strstr("a", "b") == NULL', 1],
      ['(strcpy(g_text, "a,b;c"), strcmp(strtok(g_text, ",;"), "a"))', 0],
      ['strcmp(strtok(NULL, ",;"), "b") + strcmp(strtok(NULL, ",;"), "c") + (strtok(NULL, ",;") != NULL)', 0],
      [
        '(strcpy(g_text, "x y"), strcmp(strtok_r(g_text, " ", &g_rest), "x") + strcmp(strtok_r(NULL, " ", &g_rest), "y"))',
        0,
      ],
      ['(g_rest = strdup("copy"), strcmp(g_rest, "copy") == 0 && g_rest != NULL)', 1],
      ['(free(g_rest), memset(g_text, 7, 5) == g_text && g_text[4])', 1],
      ['memcpy(g_text, "abcdef", 7) == g_text && memcmp(g_text, "abcdef", 7) == 0', 1],
      ['memmove(g_text + 1, g_text, 5) == g_text + 1 && is("aabcde")', 1],
      ['strcmp(strerror(ENOENT), "No such file or directory") == 0', 1],
      ['strcmp(strerror(12345), "Unknown error") == 0', 1],
      ['ffs(0) + ffs(8) * 10', 40],
      ['bcmp("ab", "ab", 2) == 0 && index("ab", 98) != NULL && rindex("ab", 97) != NULL', 1],
      ['(bcopy("moved", g_text, 6), is("moved"))', 1],
      ['(bzero(g_text, 3), g_text[2] == 0 && g_text[3] == 101)', 1],
    ],
  );
});

test('strtok_r from several tasks at once, each with its own place', async () => {
  const firmware = await compile(`
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int words(int argc, FAR char *argv[])
{
  FAR char *copy = strdup(argv[1]);
  FAR char *rest;

  for (FAR char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
    {
      printf("%s\\n", word);
      usleep(20000);
    }

  free(copy);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  FAR char *one[] = { "a1 a2 a3", NULL };
  FAR char *two[] = { "b1 b2 b3", NULL };

  task_create("one", 100, 4096, words, one);
  task_create("two", 100, 4096, words, two);
  return 0;
}
`);
  expect(firmware.run().lines).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
});
