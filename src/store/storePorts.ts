import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Logger } from '../core/logger.ts';
import { SessionError } from '../core/errors.ts';
import type { OnLongWork } from '../core/longWork.ts';
import type { Clock, Ids, ProcessTable } from '../core/ports.ts';
import type { FileSystem } from './fileSystem.ts';
import type { StorePaths } from './storePaths.ts';

/** What every part of the store stands on. */
export interface StorePorts {
  readonly files: FileSystem;
  readonly paths: StorePaths;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly processes: ProcessTable;
  readonly logger: Logger;
  /** Lets others run; unlike the clock's timers it keeps the process alive, for somebody waits. */
  readonly pause: (ms: number) => Promise<void>;
  readonly onLongWork?: OnLongWork | undefined;
}

export async function systemPause(ms: number): Promise<void> {
  await (ms <= 0 ? setImmediate() : setTimeout(ms));
}

/** Why nothing is done any more. */
export function closed(): SessionError {
  return new SessionError('disposed', 'The sessions of this folder were closed.');
}

const SLICE_MS = 8;

/** Lets others run whenever 8 ms have passed since they last could. */
export function slicer({
  clock,
  pause,
}: Pick<StorePorts, 'clock' | 'pause'>): () => Promise<void> | undefined {
  let since = clock.monotonic();
  return () => {
    if (clock.monotonic() - since < SLICE_MS) return undefined;
    return pause(0).then(() => {
      since = clock.monotonic();
    });
  };
}
