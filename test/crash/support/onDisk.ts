import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, nullLogger } from '../../../src/core/logger.ts';
import type { ProcessTable, SessionStore } from '../../../src/core/ports.ts';
import { systemClock, systemIds } from '../../../src/host/systemPorts.ts';
import type { FileSystem } from '../../../src/store/fileSystem.ts';
import { SystemProcessTable } from '../../../src/store/processTable.ts';
import { createSessionStore } from '../../../src/store/sessionStore.ts';

export interface OnDisk {
  readonly root: string;
  readonly cache?: string;
  readonly files?: FileSystem;
  readonly logger?: Logger;
  readonly processes?: ProcessTable;
}

/** A store of this process on a real folder. */
export function storeOn(options: OnDisk): SessionStore {
  return createSessionStore({
    clock: systemClock,
    ids: systemIds,
    processes: new SystemProcessTable(systemIds, () => Promise.resolve(false)),
    logger: nullLogger,
    shared: () => true,
    ...options,
  });
}

export function temporaryFolder(name = 'crash'): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
