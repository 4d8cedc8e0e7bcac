import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from './cache.mts';
import { onPath } from './systemPackages.mts';

/**
 * The program of a desktop VS Code to run extension tests in: what VSCODE_EXECUTABLE names, else, on a Linux with a
 * display, the one that `code` on the path belongs to. (`code` itself does not wait and gives no exit code.)
 */
export async function desktopExecutable(): Promise<string | undefined> {
  const chosen = process.env['VSCODE_EXECUTABLE'];
  if (chosen !== undefined) return chosen;
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  if (process.platform !== 'linux' || display === undefined || display === '') return undefined;
  const code = await onPath('code');
  if (code === undefined) return undefined;
  const program = join(dirname(dirname(await realpath(code))), 'code');
  return (await exists(program)) ? program : undefined;
}
