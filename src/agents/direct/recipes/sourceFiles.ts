/** What a path tells about a file. Paths are relative, with `/`. */

const code = /\.[cm]?[jt]sx?$/;
const built = /(^|\/)(node_modules|dist|build|out|coverage|vendor|public|static|\.[^/]+)\//;

/** Code that people write and could test: no tests, stories, declarations, configurations or build output. */
export function isSourceFile(path: string): boolean {
  return (
    code.test(path) &&
    !built.test(path) &&
    !isTestFile(path) &&
    !/\.(d\.[cm]?ts|min\.js|stories\.[jt]sx?|config\.[cm]?[jt]s)$/.test(path) &&
    !/(^|\/)(\.[^/]*|gulpfile|gruntfile|vite-env|setupTests|reportWebVitals)\.[cm]?[jt]s$/i.test(path)
  );
}

export function isTestFile(path: string): boolean {
  return (
    code.test(path) && !/(^|\/)node_modules\//.test(path) && (isNamedTest(path) || inTestFolder.test(path))
  );
}

const inTestFolder = /(^|\/)(__tests__|__mocks__|tests?|specs?|e2e|cypress|fixtures)\//;

/** Whether the file's name, not only its folder, says that it is a test. */
export function isNamedTest(path: string): boolean {
  return /[.-](test|spec)\.[cm]?[jt]sx?$/.test(path);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** `Card.tsx` of `src/Card.tsx`. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The name without extensions: `Card` of `src/Card.test.tsx`. */
export function stemOf(path: string): string {
  return baseNameOf(path).replace(/([.-](test|spec))?\.[cm]?[jt]sx?$/, '');
}

/** `.tsx` of `src/Card.tsx`. */
export function extensionOf(path: string): string {
  return /\.[^./]*$/.exec(path)?.[0] ?? '';
}

export function joinPath(...parts: readonly string[]): string {
  return parts.filter(part => part !== '').join('/');
}

/** The path from a folder to a file as an import names it: always with `./` or `../`. */
export function relativeImport(fromFolder: string, toPath: string): string {
  const from = fromFolder === '' ? [] : fromFolder.split('/');
  const to = toPath.split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  const up = '../'.repeat(from.length - shared);
  return (up === '' ? './' : up) + to.slice(shared).join('/');
}

/** What is most frequent; ties go to what came first. */
export function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: T | undefined;
  for (const [value, count] of counts)
    if (best === undefined || count > (counts.get(best) ?? 0)) best = value;
  return best;
}

/** The first of `base.ext`, `base2.ext`, ... that no file has; letter case is ignored, as some disks do. */
export function freeName(files: readonly string[], candidate: (suffix: string) => readonly string[]): string {
  const taken = new Set(files.map(file => file.toLowerCase()));
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : String(number);
    if (candidate(suffix).every(path => !taken.has(path.toLowerCase()))) return suffix;
  }
}
