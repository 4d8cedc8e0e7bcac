import { applyPatch, parsePatch, type StructuredPatch } from 'diff';
import { sha256 } from './content.ts';
import { createFiles } from './files.ts';
import { unifiedDiff } from './lineChanges.ts';

/** What a question would change, as two texts to compare. */
export interface ProposedChange {
  /** Below the working directory, with `/`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /**
   * Whether these are the whole file as it is now and as it would be, proven by the hash that the answer is bound to; else they
   * are the lines that the question shows.
   */
  readonly isWhole: boolean;
}

/** Reads a question that is one file's unified diff; `undefined` when it is something else. Never rejects. */
export async function proposedChange(
  root: string,
  subject: string,
  hash: string,
): Promise<ProposedChange | undefined> {
  const patch = singlePatch(subject);
  const path = patch && pathOf(patch);
  if (patch === undefined || path === undefined) return undefined;
  const whole = await wholeChange(root, path, patch);
  if (whole !== undefined && sha256(unifiedDiff(path, whole.before, whole.after)) === hash) {
    return { path, before: whole.before ?? '', after: whole.after, isWhole: true };
  }
  const lines = patch.hunks.flatMap(hunk => hunk.lines.filter(line => !line.startsWith('\\')));
  const side = (mark: string): string =>
    lines
      .filter(line => line.startsWith(' ') || line.startsWith(mark))
      .map(line => `${line.slice(1)}\n`)
      .join('');
  return { path, before: side('-'), after: side('+'), isWhole: false };
}

async function wholeChange(
  root: string,
  path: string,
  patch: StructuredPatch,
): Promise<{ readonly before: string | undefined; readonly after: string } | undefined> {
  try {
    const files = createFiles(root);
    const before = (await files.exists(path)) ? await files.readText(path) : undefined;
    const after = applyPatch(before ?? '', patch);
    return after === false ? undefined : { before, after };
  } catch {
    // Outside, unreadable, or no text: then what is shown is the question alone.
    return undefined;
  }
}

function singlePatch(subject: string): StructuredPatch | undefined {
  if (!subject.startsWith('===') && !subject.startsWith('--- ')) return undefined;
  try {
    const [patch, ...others] = parsePatch(subject);
    return others.length === 0 && patch !== undefined && patch.hunks.length > 0 ? patch : undefined;
  } catch {
    return undefined;
  }
}

function pathOf({ oldFileName = '', newFileName = '' }: StructuredPatch): string | undefined {
  const name = newFileName === '/dev/null' ? oldFileName : newFileName;
  return /^[ab]\/./.test(name) ? name.slice(2) : undefined;
}
