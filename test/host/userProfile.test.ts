import assert from 'node:assert/strict';
import { homeFolder, userProfile } from '../../src/host/userProfile.ts';

describe('userProfile', () => {
  it('follows the XDG variables on every platform', () => {
    const env = { XDG_CONFIG_HOME: '/c', XDG_CACHE_HOME: '/k', XDG_STATE_HOME: '/s' };
    for (const platform of ['linux', 'darwin'] as const) {
      assert.deepEqual(userProfile({ env, platform, home: '/home/a' }), {
        config: '/c/coding-agent',
        cache: '/k/coding-agent',
        state: '/s/coding-agent',
      });
    }
  });

  it('falls back to what each platform does, and passes over relative paths', () => {
    const home = '/home/a';
    assert.deepEqual(
      userProfile({ env: { XDG_CONFIG_HOME: 'relative', HOME: '' }, platform: 'linux', home }),
      {
        config: '/home/a/.config/coding-agent',
        cache: '/home/a/.cache/coding-agent',
        state: '/home/a/.local/state/coding-agent',
      },
    );
    assert.deepEqual(userProfile({ env: { HOME: '/Users/b' }, platform: 'darwin', home }), {
      config: '/Users/b/Library/Application Support/coding-agent',
      cache: '/Users/b/Library/Caches/coding-agent',
      state: '/Users/b/Library/Application Support/coding-agent/State',
    });
    assert.deepEqual(
      userProfile({ env: { APPDATA: 'C:\\R', USERPROFILE: 'C:\\U' }, platform: 'win32', home: 'C:\\H' }),
      {
        config: 'C:\\R\\coding-agent',
        cache: 'C:\\U\\AppData\\Local\\coding-agent\\Cache',
        state: 'C:\\U\\AppData\\Local\\coding-agent\\State',
      },
    );
  });

  it('takes the home folder from the environment when that is absolute', () => {
    assert.equal(homeFolder({ env: { HOME: '/h' }, platform: 'linux', home: '/os' }), '/h');
    assert.equal(homeFolder({ env: { HOME: 'h' }, platform: 'linux', home: '/os' }), '/os');
  });
});
