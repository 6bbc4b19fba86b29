/** Terminals (termios.h). */
import { cancellationPoint, entry, resumedBy, waitsCancellably } from '../call';
import * as termios from './control';

export const serialCalls = [
  entry('', 'int tcgetattr(int fd, struct termios *termiosp)', termios.tcgetattr),
  entry(
    '',
    'int tcsetattr(int fd, int options, const struct termios *termiosp)',
    termios.tcsetattr,
    resumedBy(termios.resumeTcsetattr),
    waitsCancellably,
  ),
  entry('', 'int tcdrain(int fd)', termios.tcdrain, resumedBy(termios.resumeTcdrain), waitsCancellably),
  entry('', 'int tcflow(int fd, int action)', termios.tcflow),
  entry('', 'int tcflush(int fd, int cmd)', termios.tcflush),
  entry('', 'int tcsendbreak(int fd, int duration)', termios.tcsendbreak, cancellationPoint),
] as const;
