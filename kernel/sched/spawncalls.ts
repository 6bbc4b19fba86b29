/** Programs: exec and spawn (manual 2.1.12 to 2.1.31). */
import { entry, positive, returned, taskOnly } from '../call';
import * as exec from '../binfmt/exec';
import * as actions from './fileactions';
import * as spawn from './spawn';
import * as attr from './spawnattr';

export const spawnCalls = [
  entry(
    '2.1.12',
    'int exec(const char *filename, char *const *argv, const struct symtab_s *exports, int nexports)',
    exec.exec,
  ),
  entry('2.1.13', 'int execv(const char *path, char *const argv[])', exec.execv, taskOnly),
  entry('', 'int execve(const char *path, char *const argv[], char *const envp[])', exec.execve, taskOnly),
  entry('2.1.14', 'int execl(const char *path, ...)', exec.execl, taskOnly),
  entry(
    '2.1.14',
    'int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attr, char *const argv[], char *const envp[])',
    spawn.posix_spawn,
    positive,
  ),
  entry(
    '2.1.14',
    'int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attr, char *const argv[], char *const envp[])',
    spawn.posix_spawnp,
    positive,
  ),
  entry(
    '2.1.15',
    'int posix_spawn_file_actions_init(posix_spawn_file_actions_t *file_actions)',
    actions.posix_spawn_file_actions_init,
    positive,
  ),
  entry(
    '2.1.16',
    'int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *file_actions)',
    actions.posix_spawn_file_actions_destroy,
    positive,
  ),
  entry(
    '2.1.17',
    'int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *file_actions, int fd)',
    actions.posix_spawn_file_actions_addclose,
    positive,
  ),
  entry(
    '2.1.18',
    'int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *file_actions, int fd1, int fd2)',
    actions.posix_spawn_file_actions_adddup2,
    positive,
  ),
  entry(
    '2.1.19',
    'int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *file_actions, int fd, const char *path, int oflags, mode_t mode)',
    actions.posix_spawn_file_actions_addopen,
    positive,
  ),
  entry('2.1.20', 'int posix_spawnattr_init(posix_spawnattr_t *attr)', attr.posix_spawnattr_init, positive),
  entry('', 'int posix_spawnattr_destroy(posix_spawnattr_t *attr)', attr.posix_spawnattr_destroy, positive),
  entry(
    '2.1.21',
    'int posix_spawnattr_getflags(const posix_spawnattr_t *attr, short *flags)',
    attr.posix_spawnattr_getflags,
    positive,
  ),
  entry(
    '2.1.22',
    'int posix_spawnattr_getschedparam(const posix_spawnattr_t *attr, struct sched_param *param)',
    attr.posix_spawnattr_getschedparam,
    positive,
  ),
  entry(
    '2.1.23',
    'int posix_spawnattr_getschedpolicy(const posix_spawnattr_t *attr, int *policy)',
    attr.posix_spawnattr_getschedpolicy,
    positive,
  ),
  entry(
    '2.1.24',
    'int posix_spawnattr_getsigmask(const posix_spawnattr_t *attr, sigset_t *sigmask)',
    attr.posix_spawnattr_getsigmask,
    positive,
  ),
  entry(
    '2.1.25',
    'int posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags)',
    attr.posix_spawnattr_setflags,
    positive,
  ),
  entry(
    '2.1.26',
    'int posix_spawnattr_setschedparam(posix_spawnattr_t *attr, const struct sched_param *param)',
    attr.posix_spawnattr_setschedparam,
    positive,
  ),
  entry(
    '2.1.27',
    'int posix_spawnattr_setschedpolicy(posix_spawnattr_t *attr, int policy)',
    attr.posix_spawnattr_setschedpolicy,
    positive,
  ),
  entry(
    '2.1.28',
    'int posix_spawnattr_setsigmask(posix_spawnattr_t *attr, const sigset_t *sigmask)',
    attr.posix_spawnattr_setsigmask,
    positive,
  ),
  entry(
    '2.1.29',
    'int task_spawn(const char *name, main_t entry, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attr, char *const argv[], char *const envp[])',
    spawn.task_spawn,
    returned,
  ),
  entry(
    '2.1.30',
    'int task_spawnattr_getstacksize(const posix_spawnattr_t *attr, size_t *stacksize)',
    attr.task_spawnattr_getstacksize,
    positive,
  ),
  entry(
    '2.1.31',
    'int task_spawnattr_setstacksize(posix_spawnattr_t *attr, size_t stacksize)',
    attr.task_spawnattr_setstacksize,
    positive,
  ),
  entry(
    '',
    'int task_spawnattr_getstackaddr(const posix_spawnattr_t *attr, void **stackaddr)',
    attr.task_spawnattr_getstackaddr,
    positive,
  ),
  entry(
    '',
    'int task_spawnattr_setstackaddr(posix_spawnattr_t *attr, void *stackaddr)',
    attr.task_spawnattr_setstackaddr,
    positive,
  ),
] as const;
