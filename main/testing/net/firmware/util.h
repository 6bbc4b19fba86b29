/* What the programs have in common. */

#ifndef UTIL_H
#define UTIL_H

#include <nuttx/config.h>

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Says which call failed, and why, and gives 1: the status to end with. */

int failed(FAR const char *call);

/* An argument as a number, or what stands for it where it is not given. */

long number(int argc, FAR char *argv[], int index, long otherwise);

/* An address and a port, which both may be left out of the arguments. */

void address(FAR struct sockaddr_in *addr, FAR const char *host, int port);

/* `10.0.0.3:7`; good until it is called again. */

FAR const char *name_of(FAR const struct sockaddr_in *addr);

/* Sends everything: 0, or -1 with errno. */

int send_all(int sd, FAR const void *data, size_t length);

/* Byte number `position` of a stream that no byte too few or too many, and
 * none at a wrong place, leaves unnoticed.
 */

uint8_t pattern(uint32_t position);

/* A sum that depends on the order, too (FNV-1a); begins with SUM_BEGIN. */

#define SUM_BEGIN 2166136261u

uint32_t add_to_sum(uint32_t sum, FAR const uint8_t *data, size_t length);

#endif
