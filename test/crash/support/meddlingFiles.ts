import type { FileSystem } from '../../../src/store/fileSystem.ts';
import { bound } from './killingFiles.ts';

/** Calls `meddle` before every call of the file system, with the number of the call, from 1, and what it is. */
export function meddledWith(
  inner: FileSystem,
  meddle: (call: number, operation: string) => void,
): FileSystem {
  let calls = 0;
  const files: Record<string, unknown> = { ...bound(inner) };
  for (const [operation, original] of Object.entries(bound(inner))) {
    // Closing is nothing that anybody could get ahead of.
    if (operation === 'close' || operation === 'watch') continue;
    files[operation] = (...args: unknown[]): unknown => {
      meddle(++calls, operation);
      return (original as (...args: unknown[]) => unknown)(...args);
    };
  }
  return files as unknown as FileSystem;
}
