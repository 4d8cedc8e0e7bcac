import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGE = 'coding-agent-sessions';

/** The version of the package that the running program belongs to. */
export function packageVersion(): string {
  try {
    for (let folder = dirname(realpathSync(process.argv[1] ?? '')); ; folder = dirname(folder)) {
      const version = versionIn(join(folder, 'package.json'));
      if (version !== undefined) return version;
      if (folder === dirname(folder)) return 'unknown';
    }
  } catch {
    return 'unknown';
  }
}

function versionIn(file: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof manifest !== 'object' || manifest === null) return undefined;
    const isOurs = 'name' in manifest && manifest.name === PACKAGE;
    return isOurs && 'version' in manifest ? String(manifest.version) : undefined;
  } catch {
    return undefined;
  }
}
