/* What the benchmark has boards send to each other. */

#include <nuttx/config.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_HOST 0x0a000002
#define SECOND_HOST 0x0a000003
#define PORT 5000

#define UDP_MESSAGES 4000
#define TCP_BYTES 4000000
#define RING_MESSAGES 300
#define RING_BOARDS 16

static char g_block[8192];

static struct sockaddr_in at(uint32_t host)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(host) };
  return address;
}

/* Messages as long as a frame can be, and a short one to end with, more than once in case one is lost. */

static int send_messages(uint32_t host, int count)
{
  struct sockaddr_in to = at(host);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  for (int i = 0; i < count; i++)
    {
      sendto(fd, g_block, 1472, 0, (struct sockaddr *)&to, sizeof(to));
    }

  for (int i = 0; i < 3; i++)
    {
      usleep(20000);
      sendto(fd, g_block, 1, 0, (struct sockaddr *)&to, sizeof(to));
    }

  close(fd);
  return 0;
}

/* Receivers get how much is to come, and end with 0 if it did. */

int udp_receive_main(int argc, FAR char *argv[])
{
  struct sockaddr_in address = at(INADDR_ANY);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  bind(fd, (struct sockaddr *)&address, sizeof(address));
  int count = 0;
  while (recv(fd, g_block, sizeof(g_block), 0) > 1) count++;
  close(fd);
  return count != atoi(argv[1]);
}

int udp_send_main(int argc, FAR char *argv[])
{
  usleep(20000);
  return send_messages(SECOND_HOST, UDP_MESSAGES);
}

/* Each board sends to the next, the last to the first. */

int ring_send_main(int argc, FAR char *argv[])
{
  struct ifreq request = { .ifr_name = "eth0" };
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  ioctl(fd, SIOCGIFADDR, &request);
  close(fd);
  uint32_t own = ntohl(((struct sockaddr_in *)&request.ifr_addr)->sin_addr.s_addr);
  usleep(20000);
  return send_messages(FIRST_HOST + (own - FIRST_HOST + 1) % RING_BOARDS, RING_MESSAGES);
}

int tcp_receive_main(int argc, FAR char *argv[])
{
  struct sockaddr_in address = at(INADDR_ANY);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&address, sizeof(address));
  listen(listener, 1);
  int fd = accept(listener, NULL, NULL);
  int count = 0;
  for (ssize_t n; (n = recv(fd, g_block, sizeof(g_block), 0)) > 0; ) count += n;
  close(fd);
  close(listener);
  return count != atoi(argv[1]);
}

int tcp_send_main(int argc, FAR char *argv[])
{
  struct sockaddr_in to = at(SECOND_HOST);
  usleep(20000);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) return 1;
  for (int left = TCP_BYTES; left > 0; )
    {
      ssize_t n = send(fd, g_block, left < (int)sizeof(g_block) ? left : (int)sizeof(g_block), 0);
      if (n < 0) return 2;
      left -= n;
    }

  close(fd);
  return 0;
}
