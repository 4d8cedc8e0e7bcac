import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The absolute path of a program as a shell would find it; `undefined` when there is none. Never throws. */
export function findProgram(
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  // A relative path would name a program of the workspace.
  if (/[\\/]/.test(command)) return path.isAbsolute(command) && isProgram(command) ? command : undefined;
  const extensions = process.platform === 'win32' ? (environment['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];
  // A relative entry would find programs of the workspace.
  const folders = (environment['PATH'] ?? '').split(path.delimiter).filter(folder => path.isAbsolute(folder));
  for (const folder of folders) {
    for (const extension of extensions) {
      const file = path.join(folder, command + extension);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
