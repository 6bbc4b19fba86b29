/* Options of a command line (manual 2.10.4). How far it has come is kept for each task group. */

#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include <nuttx/tls.h>

char **getoptargp(void)
{
  return &task_get_info()->argument;
}

int *getoptindp(void)
{
  return &task_get_info()->index;
}

int *getopterrp(void)
{
  return &task_get_info()->complains;
}

int *getoptoptp(void)
{
  return &task_get_info()->option;
}

static int complain(struct task_info_s *info, char *const argv[], const char *optstring, const char *what, const char *name,
                    size_t length)
{
  if (info->complains && *optstring != ':')
    {
      fprintf(stderr, "%s: %s -- %.*s\n", argv[0], what, (int)length, name);
    }

  return '?';
}

/* An option's argument is what is left of its word, or the next word. */

static int short_option(struct task_info_s *info, int argc, char *const argv[], const char *optstring)
{
  const char *letter = info->letter++;
  const char *found = *letter == ':' ? NULL : strchr(optstring, *letter);
  bool last = *info->letter == '\0';

  info->option = *letter;
  info->argument = NULL;
  if (last)
    {
      info->index++;
    }

  if (!found)
    {
      return complain(info, argv, optstring, "illegal option", letter, 1);
    }

  if (found[1] != ':')
    {
      return *letter;
    }

  if (!last)
    {
      info->argument = info->letter;
      info->index++;
    }
  else if (found[2] != ':')
    {
      if (info->index >= argc)
        {
          complain(info, argv, optstring, "option requires an argument", letter, 1);
          info->letter = NULL;
          return *optstring == ':' ? ':' : '?';
        }

      info->argument = argv[info->index++];
    }

  info->letter = NULL;
  return *letter;
}

/* A name may be shortened as long as it means one option. */

static const struct option *find_long(const struct option *longopts, const char *name, size_t length)
{
  const struct option *found = NULL;

  for (const struct option *o = longopts; o->name; o++)
    {
      if (strncmp(o->name, name, length) != 0)
        {
          continue;
        }

      if (o->name[length] == '\0')
        {
          return o;
        }

      if (found)
        {
          return NULL;
        }

      found = o;
    }

  return found;
}

static int long_option(struct task_info_s *info, int argc, char *const argv[], const char *optstring,
                       const struct option *longopts, const struct option *option, const char *name, size_t length,
                       int *longindex)
{
  const char *value = name[length] == '=' ? name + length + 1 : NULL;

  info->index++;
  info->argument = NULL;
  info->option = option ? option->val : 0;
  if (!option || (value && option->has_arg == no_argument))
    {
      return complain(info, argv, optstring, option ? "option takes no argument" : "unknown option", name, length);
    }

  if (option->has_arg == required_argument && !value)
    {
      if (info->index >= argc)
        {
          complain(info, argv, optstring, "option requires an argument", name, length);
          return *optstring == ':' ? ':' : '?';
        }

      value = argv[info->index++];
    }

  info->argument = (char *)value;
  if (longindex)
    {
      *longindex = option - longopts;
    }

  if (!option->flag)
    {
      return option->val;
    }

  *option->flag = option->val;
  return 0;
}

static int next_option(int argc, char *const argv[], const char *optstring, const struct option *longopts, int *longindex,
                       bool only)
{
  struct task_info_s *info = task_get_info();
  const char *word;

  if (info->index == 0)
    {
      info->index = 1;
      info->letter = NULL;
    }

  if (info->letter && *info->letter)
    {
      return short_option(info, argc, argv, optstring);
    }

  word = info->index < argc ? argv[info->index] : NULL;
  if (!word || word[0] != '-' || word[1] == '\0')
    {
      return -1;
    }

  if (strcmp(word, "--") == 0)
    {
      info->index++;
      return -1;
    }

  if (longopts && (word[1] == '-' || only))
    {
      const char *name = word + (word[1] == '-' ? 2 : 1);
      size_t length = strcspn(name, "=");
      const struct option *option = find_long(longopts, name, length);

      if (option || word[1] == '-' || !strchr(optstring, word[1]))
        {
          return long_option(info, argc, argv, optstring, longopts, option, name, length, longindex);
        }
    }

  info->letter = (char *)word + 1;
  return short_option(info, argc, argv, optstring);
}

int getopt(int argc, char *const argv[], const char *optstring)
{
  return next_option(argc, argv, optstring, NULL, NULL, false);
}

int getopt_long(int argc, char *const argv[], const char *optstring, const struct option *longopts, int *longindex)
{
  return next_option(argc, argv, optstring, longopts, longindex, false);
}

int getopt_long_only(int argc, char *const argv[], const char *optstring, const struct option *longopts, int *longindex)
{
  return next_option(argc, argv, optstring, longopts, longindex, true);
}
