import { WorkspaceError } from './workspaceError.ts';

const MAX_PATH_BYTES = 4096;
const MAX_NAME_BYTES = 255;
// Control characters, line ends and the characters that turn the direction of text would lie about the name.
const UNSHOWABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\..*)?$/i;

/**
 * The components of a path that somebody named, below `root` (absolute, real): without `..`, without a detour. `root` itself
 * is an empty list. Looks at no file. Throws `invalid_path` or `outside`.
 */
export function parsePath(
  root: string,
  requested: string,
  platform: NodeJS.Platform = process.platform,
): string[] {
  const isWindows = platform === 'win32';
  if (requested.trim() === '') throw invalid(requested, 'the path is empty. Name a file or folder');
  if (UNSHOWABLE.test(requested))
    throw invalid(requested, 'it has control characters in it. Choose a plain name');
  if (Buffer.byteLength(requested) > MAX_PATH_BYTES) throw invalid(requested, 'the path is too long');
  if (!isWindows && requested.includes('\\'))
    throw invalid(requested, 'it has a backslash in it. Separate folders with /');
  const names = relativeTo(root, requested, isWindows).filter(name => name !== '' && name !== '.');
  if (names.includes('..')) {
    throw outside(requested, 'it has ".." in it');
  }
  if (names[0]?.startsWith('~') === true) throw outside(requested, 'it begins with "~"');
  for (const name of names) checkName(requested, name, isWindows);
  return names;
}

/** Refuses a path that leads out of the working directory. */
export function outside(requested: string, why: string): WorkspaceError {
  return new WorkspaceError(
    'outside',
    `${shown(requested)} is not allowed: ${why}, and file steps stay inside the session's working directory. ` +
      'Nothing was changed. Name a path below that directory, or use a session whose working directory holds the file.',
  );
}

/** A path in quotes, short enough for a sentence and without characters that a terminal would act on. */
export function shown(path: string): string {
  const plain = path.replace(new RegExp(UNSHOWABLE, 'g'), '\ufffd');
  return `"${plain.length > 200 ? `${plain.slice(0, 199)}…` : plain}"`;
}

function relativeTo(root: string, requested: string, isWindows: boolean): string[] {
  const split = (path: string): string[] => path.split(isWindows ? /[\\/]/ : '/');
  const isAbsolute = requested.startsWith('/') || (isWindows && /^([A-Za-z]:|\\)/.test(requested));
  if (!isAbsolute) return split(requested);
  const names = split(requested).filter((name, index) => index === 0 || (name !== '' && name !== '.'));
  const above = split(root).filter((name, index) => index === 0 || name !== '');
  const same = (a: string | undefined, b: string): boolean =>
    a !== undefined && (isWindows ? a.toLowerCase() === b.toLowerCase() : a === b);
  if (!above.every((name, index) => same(names[index], name))) throw outside(requested, 'it leads elsewhere');
  return names.slice(above.length);
}

function checkName(requested: string, name: string, isWindows: boolean): void {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw invalid(requested, 'a name in it is too long');
  if (!isWindows) return;
  if (/[<>:"|?*]/.test(name)) throw invalid(requested, 'it has a character that Windows does not allow');
  if (/[. ]$/.test(name)) throw invalid(requested, 'a name in it ends with a dot or a space');
  if (WINDOWS_RESERVED.test(name)) throw invalid(requested, 'Windows keeps a name in it for a device');
}

function invalid(requested: string, why: string): WorkspaceError {
  return new WorkspaceError(
    'invalid_path',
    `Not usable as a path: ${shown(requested)}: ${why}. Nothing was changed.`,
  );
}
