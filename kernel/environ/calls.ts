/** Environment variables (manual 2.9). */
import { entry, returned } from '../call';
import * as environ from './environ';

export const environCalls = [
  entry('2.9.1', 'char *getenv(const char *name)', environ.getenv, returned),
  entry('2.9.2', 'int putenv(const char *string)', environ.putenv),
  entry('2.9.3', 'int clearenv(void)', environ.clearenv),
  entry('2.9.4', 'int setenv(const char *name, const char *value, int overwrite)', environ.setenv),
  entry('2.9.5', 'int unsetenv(const char *name)', environ.unsetenv),
  entry('', 'char **get_environ_ptr(void)', environ.get_environ_ptr, returned),
] as const;
