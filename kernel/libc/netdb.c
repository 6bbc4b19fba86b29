/* What of netdb.h needs no network, and what has more arguments than a system call. */

#include <errno.h>
#include <netdb.h>
#include <string.h>

static char *g_noaliases[1];

static struct protoent g_protocols[] =
{
  { "ip", g_noaliases, IPPROTO_IP },
  { "icmp", g_noaliases, IPPROTO_ICMP },
  { "igmp", g_noaliases, IPPROTO_IGMP },
  { "tcp", g_noaliases, IPPROTO_TCP },
  { "udp", g_noaliases, IPPROTO_UDP },
};

#define NPROTOCOLS (sizeof(g_protocols) / sizeof(g_protocols[0]))

struct protoent *getprotobyname(const char *name)
{
  for (size_t i = 0; name && i < NPROTOCOLS; i++)
    {
      if (strcmp(g_protocols[i].p_name, name) == 0)
        {
          return &g_protocols[i];
        }
    }

  return NULL;
}

struct protoent *getprotobynumber(int proto)
{
  for (size_t i = 0; i < NPROTOCOLS; i++)
    {
      if (g_protocols[i].p_proto == proto)
        {
          return &g_protocols[i];
        }
    }

  return NULL;
}

int gethostbyaddr_r(const void *addr, socklen_t len, int type, struct hostent *host, char *buf, size_t buflen,
                    struct hostent **result, int *h_errnop)
{
  if (len >= sizeof(struct in_addr) && type == AF_INET)
    {
      return __gethostbyaddr_r(addr, host, buf, buflen, result, h_errnop);
    }

  *result = NULL;
  *h_errnop = HOST_NOT_FOUND;
  errno = ENOENT;
  return -1;
}

const char *gai_strerror(int errcode)
{
  static const char *const texts[] =
  {
    "Success",
    "The name could not be resolved at this time",
    "The flags had an invalid value",
    "A non-recoverable error occurred",
    "The address family was not recognized",
    "There was a memory allocation failure",
    "The name does not resolve for the supplied parameters",
    "The service was not recognized for the socket type",
    "The socket type was not recognized",
    "A system error occurred",
    "An argument buffer overflowed",
  };

  return errcode < 0 || errcode > EAI_OVERFLOW ? "Unknown error" : texts[errcode];
}
