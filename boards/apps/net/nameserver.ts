/** Who is asked for names (NuttX: libs/libc/netdb, with CONFIG_NETDB_RESOLVCONF). */
import type { Program, System } from '../../../kernel/binfmt/native';
import { O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY } from '../../../kernel/fs/openflags';
import { ipv4Text } from '../../../kernel/net/address';
import { say } from '../print';

const PATH = '/etc/resolv.conf';

/** From now on it is this one; false with errno. */
export function* setNameServer(sys: System, address: number): Program<boolean> {
  const fd = yield* sys.open(PATH, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644);
  if (fd < 0) return false;
  yield* say(sys, fd, `nameserver ${ipv4Text(address)}\n`);
  yield* sys.close(fd);
  return true;
}
