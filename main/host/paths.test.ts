import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appFolders } from './paths';

const home = join('/', 'home', 'ada');

describe('appFolders', () => {
  it('follows XDG on Linux', () => {
    expect(appFolders('linux', {}, home)).toEqual({
      cacheDir: join(home, '.cache', 'tickscope'),
      stateDir: join(home, '.local', 'state', 'tickscope'),
    });
    expect(appFolders('linux', { XDG_CACHE_HOME: '/c', XDG_STATE_HOME: '/s' }, home)).toEqual({
      cacheDir: join('/c', 'tickscope'),
      stateDir: join('/s', 'tickscope'),
    });
  });

  it('takes an empty XDG variable for an unset one', () => {
    expect(appFolders('linux', { XDG_CACHE_HOME: '' }, home).cacheDir).toBe(join(home, '.cache', 'tickscope'));
  });

  it('follows macOS and Windows', () => {
    expect(appFolders('darwin', {}, home).stateDir).toBe(join(home, 'Library', 'Application Support', 'Tickscope'));
    expect(appFolders('win32', { LOCALAPPDATA: '/l' }, home).cacheDir).toBe(join('/l', 'Tickscope', 'Cache'));
  });
});
