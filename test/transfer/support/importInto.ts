import { mkdirSync } from 'node:fs';
import { nullLogger as logger } from '../../../src/core/logger.ts';
import type { SessionState } from '../../../src/core/state.ts';
import type { ToolCall } from '../../../src/core/toolCall.ts';
import { createSessionStore } from '../../../src/store/sessionStore.ts';
import {
  importSession,
  type ImportFormat,
  type ImportedSession,
} from '../../../src/transfer/importSession.ts';
import { SecretRedactor } from '../../../src/workspace/redact.ts';
import {
  ScriptedProcesses,
  systemClock as clock,
  systemIds as ids,
} from '../../store/support/diskFixture.ts';

/** A write that was cut off before it was acknowledged is no damage. */
const TORN = 'The record is cut off or overwritten.';

export interface ImportedState extends ImportedSession {
  /** As a new process reads it. */
  readonly state: SessionState;
  readonly toolCalls: readonly ToolCall[];
}

/** Takes a file into a folder on the disk, and opens what it became. */
export async function importInto(
  root: string,
  file: string,
  format: ImportFormat = 'auto',
): Promise<ImportedState> {
  mkdirSync(root, { recursive: true });
  const open = (): ReturnType<typeof createSessionStore> =>
    createSessionStore({ root, clock, ids, processes: new ScriptedProcesses(), logger });
  const store = open();
  try {
    const imported = await importSession(file, format, { root, store, redactor: new SecretRedactor() });
    await store.close();
    const again = open();
    const ledger = await again.open(imported.sessionId);
    const { state, damage } = ledger;
    const toolCalls = await ledger.allToolCalls();
    await again.close();
    if (damage.some(({ problem }) => problem !== TORN))
      throw new Error(`It is damaged: ${JSON.stringify(damage)}`);
    return { ...imported, state, toolCalls };
  } finally {
    await store.close();
  }
}
