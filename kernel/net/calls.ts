/** Sockets (manual 2.11). */
import { entry, nullOnError, resumedBy, returned, taskOnly, waitsCancellably } from '../call';
import * as connection from './connection';
import { if_indextoname, if_nametoindex } from './ifname';
import { getsockopt, setsockopt } from './options';
import * as transfer from './transfer';

export const netCalls = [
  entry('2.11.1', 'int socket(int domain, int type, int protocol)', connection.socket, taskOnly),
  entry('', 'int socketpair(int domain, int type, int protocol, int sv[2])', connection.socketpair, taskOnly),
  entry('2.11.2', 'int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)', connection.bind),
  entry(
    '2.11.3',
    'int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)',
    connection.connect,
    resumedBy(connection.resumeConnect),
    waitsCancellably,
  ),
  entry('2.11.4', 'int listen(int sockfd, int backlog)', connection.listen),
  entry(
    '2.11.5',
    'int accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen)',
    connection.accept,
    resumedBy(connection.resumeAccept),
    waitsCancellably,
  ),
  entry(
    '',
    'int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags)',
    connection.accept4,
    resumedBy(connection.resumeAccept4),
    waitsCancellably,
  ),
  entry(
    '2.11.6',
    'ssize_t send(int sockfd, const void *buf, size_t len, int flags)',
    transfer.send,
    resumedBy(transfer.resumeSend),
    waitsCancellably,
  ),
  entry(
    '2.11.7',
    'ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const struct sockaddr *to, socklen_t tolen)',
    transfer.sendto,
    resumedBy(transfer.resumeSendto),
    waitsCancellably,
  ),
  entry(
    '',
    'ssize_t sendmsg(int sockfd, struct msghdr *msg, int flags)',
    transfer.sendmsg,
    resumedBy(transfer.resumeSendmsg),
    waitsCancellably,
  ),
  entry(
    '2.11.8',
    'ssize_t recv(int sockfd, void *buf, size_t len, int flags)',
    transfer.recv,
    resumedBy(transfer.resumeRecv),
    waitsCancellably,
  ),
  entry(
    '2.11.9',
    'ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, struct sockaddr *from, socklen_t *fromlen)',
    transfer.recvfrom,
    resumedBy(transfer.resumeRecvfrom),
    waitsCancellably,
  ),
  entry(
    '',
    'ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags)',
    transfer.recvmsg,
    resumedBy(transfer.resumeRecvmsg),
    waitsCancellably,
  ),
  entry(
    '2.11.10',
    'int setsockopt(int sockfd, int level, int option, const void *value, socklen_t value_len)',
    setsockopt,
  ),
  entry('2.11.11', 'int getsockopt(int sockfd, int level, int option, void *value, socklen_t *value_len)', getsockopt),
  entry('', 'int shutdown(int sockfd, int how)', connection.shutdown),
  entry('', 'int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen)', connection.getsockname),
  entry('', 'int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen)', connection.getpeername),
  entry('', 'unsigned int if_nametoindex(const char *ifname)', if_nametoindex, returned),
  entry('', 'char *if_indextoname(unsigned int ifindex, char *ifname)', if_indextoname, nullOnError),
] as const;
