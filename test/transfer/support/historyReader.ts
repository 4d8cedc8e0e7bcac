import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importInto, type ImportedState } from './importInto.ts';

/** Imports histories that a test makes up, from files in its folder into `root` there. */
export function historyReader(folder: () => string): {
  /** These lines, or this document. */
  readonly read: (content: readonly object[] | object) => Promise<ImportedState>;
  readonly readText: (text: string, name?: string) => Promise<ImportedState>;
} {
  const readText = async (text: string, name = 'history'): Promise<ImportedState> => {
    const file = join(folder(), name);
    writeFileSync(file, text);
    const imported = await importInto(join(folder(), 'root'), file);
    assert.equal(readFileSync(file, 'utf8'), text, 'the history itself is left as it is');
    return imported;
  };
  return {
    readText,
    read: content => {
      const lines = Array.isArray(content) ? content.map(line => JSON.stringify(line)).join('\n') : undefined;
      return readText(lines ?? JSON.stringify(content));
    },
  };
}
