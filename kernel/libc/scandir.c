/* Whole directories at once. */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int alphasort(const struct dirent **a, const struct dirent **b)
{
  return strcmp((*a)->d_name, (*b)->d_name);
}

int scandir(const char *path, struct dirent ***list, int (*filter)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **))
{
  DIR *dir = opendir(path);
  struct dirent **entries = NULL;
  struct dirent *entry;
  int count = 0;

  if (!dir)
    {
      return -1;
    }

  while ((entry = readdir(dir)) != NULL)
    {
      if (filter && !filter(entry))
        {
          continue;
        }

      struct dirent **longer = realloc(entries, (count + 1) * sizeof(*entries));
      struct dirent *copy = longer ? malloc(sizeof(*copy)) : NULL;

      entries = longer ? longer : entries;
      if (!copy)
        {
          while (count > 0)
            {
              free(entries[--count]);
            }

          free(entries);
          closedir(dir);
          errno = ENOMEM;
          return -1;
        }

      *copy = *entry;
      entries[count++] = copy;
    }

  closedir(dir);
  if (compare && count > 0)
    {
      qsort(entries, count, sizeof(*entries), (int (*)(const void *, const void *))compare);
    }

  *list = entries;
  return count;
}
