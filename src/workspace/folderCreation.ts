import { mkdir } from 'node:fs/promises';
import { locate, taken } from './place.ts';
import type { PlannedChange } from './plannedChange.ts';
import { shown } from './relativePath.ts';
import { fromSystemError, systemCode } from './workspaceError.ts';

/** Plans a folder and those above it. One that is there already is left as it is. */
export async function planFolder(root: string, path: string): Promise<PlannedChange> {
  const place = await locate(root, path);
  await place.close();
  if (place.stats !== undefined && !place.stats.isDirectory()) throw taken(place.path);
  const exists = place.stats !== undefined;
  return {
    paths: [place.path],
    isProtected: place.isProtected,
    show: () => `Create folder ${place.path}`,
    apply: async () => {
      if (!exists) await make(root, path);
      return { changes: [], detail: exists ? 'exists already' : 'created' };
    },
  };
}

async function make(root: string, path: string): Promise<void> {
  const place = await locate(root, path, { makeFolders: true });
  try {
    await mkdir(place.folder.at(place.name)).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
    await place.folder.sync();
  } catch (error) {
    await place.undo();
    throw fromSystemError(error, `create the folder ${shown(path)}`);
  } finally {
    await place.close();
  }
}
