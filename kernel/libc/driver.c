/* Drivers of the firmware: the kernel says by number what they are to do (kernel/fs/driver.ts). */

#include <errno.h>
#include <nuttx/fs/fs.h>

enum
{
  OPEN, CLOSE, READ, WRITE, SEEK, IOCTL, TRUNCATE, POLL, UNLINK, GEOMETRY
};

static int call_driver(struct driver_request *r)
{
  struct file *filep = r->object;
  const struct file_operations *ops = r->op == UNLINK ? ((struct inode *)r->object)->u.i_ops : filep->f_inode->u.i_ops;

  switch (r->op)
    {
      case OPEN:
        return ops->open(filep);
      case CLOSE:
        return ops->close(filep);
      case READ:
        return ops->read(filep, (char *)r->a, r->b);
      case WRITE:
        return ops->write(filep, (const char *)r->a, r->b);
      case SEEK:
        return ops->seek(filep, r->offset, r->a);
      case IOCTL:
        return ops->ioctl(filep, r->a, r->b);
      case TRUNCATE:
        return ops->truncate(filep, r->offset);
      case POLL:
        return ops->poll(filep, (struct pollfd *)r->a, r->b);
      case UNLINK:
        return ops->unlink(r->object);
      default:
        return -ENOSYS;
    }
}

static int call_block_driver(struct driver_request *r)
{
  struct inode *inode = r->object;
  const struct block_operations *ops = inode->u.i_bops;

  switch (r->op)
    {
      case OPEN:
        return ops->open(inode);
      case CLOSE:
        return ops->close(inode);
      case READ:
        return ops->read(inode, (unsigned char *)r->a, r->offset, r->b);
      case WRITE:
        return ops->write(inode, (const unsigned char *)r->a, r->offset, r->b);
      case GEOMETRY:
        return ops->geometry(inode, (struct geometry *)r->a);
      case IOCTL:
        return ops->ioctl(inode, r->a, r->b);
      case UNLINK:
        return ops->unlink(inode);
      default:
        return -ENOSYS;
    }
}

/* The result is stored as well, for a call from where there is nobody to return it to. */

static int call(struct driver_request *request)
{
  return request->result = call_driver(request);
}

static int call_block(struct driver_request *request)
{
  return request->result = call_block_driver(request);
}

int register_driver(const char *path, const struct file_operations *fops, mode_t mode, void *priv)
{
  return nx_register_driver(path, fops, 0, priv, call);
}

int register_blockdriver(const char *path, const struct block_operations *bops, mode_t mode, void *priv)
{
  return nx_register_driver(path, bops, 1, priv, call_block);
}
