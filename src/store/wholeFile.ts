import { dirname, join } from 'node:path';
import { type OpenFile, openRegular } from './regularFile.ts';
import type { StorePorts } from './storePorts.ts';

/**
 * Makes a file that gets its name only once its content is durable, and gives it back, open. A failure leaves nothing
 * behind, and neither does a kill at any moment but a temporary file.
 */
export async function makeWhole(
  path: string,
  content: Iterable<Buffer>,
  { files, ids, paths, processes }: StorePorts,
): Promise<OpenFile> {
  const temporary = join(paths.locks, `${processes.self.nonce}-${ids.hex(8)}.tmp`);
  const file = openRegular(files, temporary, 'create');
  let name = temporary;
  try {
    for (const piece of content) {
      let rest: Buffer = piece;
      while (rest.length > 0) rest = rest.subarray(files.append(file.descriptor, rest));
    }
    await files.datasync(file.descriptor);
    files.rename(temporary, path);
    name = path;
    await files.syncDirectory(dirname(path));
    return file;
  } catch (error) {
    files.close(file.descriptor);
    try {
      files.unlink(name);
    } catch {
      // The folder is gone, or the disk takes nothing any more.
    }
    throw error;
  }
}
