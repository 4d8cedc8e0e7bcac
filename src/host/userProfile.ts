import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import type { UserProfile } from './host.ts';

const NAME = 'coding-agent';

export interface ProfilePlace {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The home folder, where the environment does not name one. */
  readonly home: string;
}

/** The home folder of whoever runs this: `$HOME` when it is absolute, else what the operating system says. */
export function homeFolder({ env, platform, home }: ProfilePlace): string {
  const named = platform === 'win32' ? env['USERPROFILE'] : env['HOME'];
  return absolute(named, platform) ?? home;
}

/**
 * The user's folders: the XDG variables wherever they are set to an absolute path, else the custom of the platform.
 * Nothing is created.
 */
export function userProfile(
  place: ProfilePlace = { env: process.env, platform: process.platform, home: homedir() },
): UserProfile {
  const { env, platform } = place;
  const path = pathOf(platform);
  const defaults = platformFolders(place);
  const folder = (variable: string, fallback: string): string => {
    const base = absolute(env[variable], platform);
    return base === undefined ? fallback : path.join(base, NAME);
  };
  return {
    config: folder('XDG_CONFIG_HOME', defaults.config),
    cache: folder('XDG_CACHE_HOME', defaults.cache),
    state: folder('XDG_STATE_HOME', defaults.state),
  };
}

function platformFolders(place: ProfilePlace): UserProfile {
  const { env, platform } = place;
  const path = pathOf(platform);
  const home = homeFolder(place);
  if (platform === 'win32') {
    const roaming = absolute(env['APPDATA'], platform) ?? path.join(home, 'AppData', 'Roaming');
    const local = absolute(env['LOCALAPPDATA'], platform) ?? path.join(home, 'AppData', 'Local');
    return {
      config: path.join(roaming, NAME),
      cache: path.join(local, NAME, 'Cache'),
      state: path.join(local, NAME, 'State'),
    };
  }
  if (platform === 'darwin') {
    const support = path.join(home, 'Library', 'Application Support', NAME);
    return {
      config: support,
      cache: path.join(home, 'Library', 'Caches', NAME),
      state: path.join(support, 'State'),
    };
  }
  return {
    config: path.join(home, '.config', NAME),
    cache: path.join(home, '.cache', NAME),
    state: path.join(home, '.local', 'state', NAME),
  };
}

/** The XDG rule: a path that is not absolute is as good as none. */
function absolute(path: string | undefined, platform: NodeJS.Platform): string | undefined {
  return path !== undefined && pathOf(platform).isAbsolute(path) ? path : undefined;
}

function pathOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
