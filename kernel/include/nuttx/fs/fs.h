#ifndef __INCLUDE_NUTTX_FS_FS_H
#define __INCLUDE_NUTTX_FS_FS_H

#include <nuttx/config.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

struct file;
struct inode;
struct mm_map_entry_s;

/* What a character driver does; what it has no function for, its files cannot do. They are called on the stack of the
 * task that makes the system call.
 */

struct file_operations
{
  int     (*open)(struct file *filep);
  int     (*close)(struct file *filep);
  ssize_t (*read)(struct file *filep, char *buffer, size_t buflen);
  ssize_t (*write)(struct file *filep, const char *buffer, size_t buflen);
  off_t   (*seek)(struct file *filep, off_t offset, int whence);
  int     (*ioctl)(struct file *filep, int cmd, unsigned long arg);
  int     (*mmap)(struct file *filep, struct mm_map_entry_s *map);
  int     (*truncate)(struct file *filep, off_t length);
  int     (*poll)(struct file *filep, struct pollfd *fds, bool setup);
  int     (*unlink)(struct inode *inode);
};

struct geometry
{
  bool      geo_available;
  bool      geo_mediachanged;
  bool      geo_writeenabled;
  blkcnt_t  geo_nsectors;
  blksize_t geo_sectorsize;
  char      geo_model[NAME_MAX + 1];
};

/* What a block driver does. These functions may not wait. */

struct block_operations
{
  int     (*open)(struct inode *inode);
  int     (*close)(struct inode *inode);
  ssize_t (*read)(struct inode *inode, unsigned char *buffer, blkcnt_t start_sector, unsigned int nsectors);
  ssize_t (*write)(struct inode *inode, const unsigned char *buffer, blkcnt_t start_sector, unsigned int nsectors);
  int     (*geometry)(struct inode *inode, struct geometry *geometry);
  int     (*ioctl)(struct inode *inode, int cmd, unsigned long arg);
  int     (*unlink)(struct inode *inode);
};

union inode_ops_u
{
  const struct file_operations  *i_ops;
  const struct block_operations *i_bops;
};

struct inode
{
  struct inode     *i_parent;
  struct inode     *i_peer;
  struct inode     *i_child;
  int16_t           i_crefs;
  uint16_t          i_flags;
  union inode_ops_u u;
  void             *i_private;
  char              i_name[NAME_MAX + 1];
};

struct file
{
  int           f_oflags;
  off_t         f_pos;
  struct inode *f_inode;
  void         *f_priv;
};

typedef uint32_t pollevent_t;

_LIBC int register_driver(const char *path, const struct file_operations *fops, mode_t mode, void *priv);
_LIBC int register_blockdriver(const char *path, const struct block_operations *bops, mode_t mode, void *priv);
int unregister_driver(const char *path);
int unregister_blockdriver(const char *path);
void poll_notify(struct pollfd **afds, int nfds, pollevent_t eventset);

/* What the kernel is told of a driver: the second function makes it do what a request says. */

struct driver_request
{
  int       op;
  void     *object;
  uintptr_t a;
  uintptr_t b;
  off_t     offset;
  int       result;
};

typedef int (*driver_call_t)(struct driver_request *request);
int nx_register_driver(const char *path, const void *ops, int isblock, void *priv, driver_call_t call);

#endif
