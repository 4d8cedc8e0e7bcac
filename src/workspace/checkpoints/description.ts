import { createHash } from 'node:crypto';
import type { EntryChange, FileDiff } from '../../core/checkpoints.ts';
import { textOf } from '../content.ts';
import { countLines, linesOf } from '../lineChanges.ts';
import type { CheckpointGit } from './checkpointGit.ts';
import { gitPatch } from './gitPatch.ts';
import { type ContentSink, readObjects } from './objectReader.ts';

/** Of larger files lines are not counted. */
const MAX_TEXT_BYTES = 1024 * 1024;

interface Content {
  readonly hash: string;
  /** Absent for binary and large files. */
  readonly text?: string;
}

/** What people are told of changes: hashes, lines, patches. Contents are read once each. */
export async function describe(
  git: CheckpointGit,
  entries: readonly EntryChange[],
  patches: boolean,
): Promise<FileDiff[]> {
  const ids = [...new Set(entries.flatMap(({ before, after }) => [before?.id, after?.id]))].filter(
    id => id !== undefined,
  );
  const contents = new Map<string, Content>();
  await readObjects(git, ids, (index, size) =>
    contentSink(size, content => contents.set(ids[index] ?? '', content)),
  );
  return entries.map(entry => diffOf(entry, contents, patches));
}

function contentSink(size: number, done: (content: Content) => void): ContentSink {
  const hash = createHash('sha256');
  const parts: Uint8Array[] = [];
  return {
    write: part => {
      hash.update(part);
      if (size <= MAX_TEXT_BYTES) parts.push(part);
    },
    end: () => {
      const text = size <= MAX_TEXT_BYTES ? textOf(Buffer.concat(parts)) : undefined;
      done({ hash: hash.digest('hex'), ...(text === undefined ? {} : { text }) });
    },
  };
}

function diffOf(entry: EntryChange, contents: ReadonlyMap<string, Content>, patches: boolean): FileDiff {
  const { path, from, before, after } = entry;
  const was = before && contents.get(before.id);
  const is = after && contents.get(after.id);
  const kind = before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified';
  const isText = (content: Content | undefined, isThere: boolean): boolean =>
    !isThere || content?.text !== undefined;
  const binary = !isText(was, before !== undefined) || !isText(is, after !== undefined);
  return {
    path,
    ...(from === undefined ? { kind } : { kind: 'renamed', from }),
    ...(was && { before: was.hash }),
    ...(is && { after: is.hash }),
    ...(before && after && before.mode !== after.mode
      ? { mode: { before: before.mode, after: after.mode } }
      : {}),
    ...(binary ? { binary } : countLines(linesOf(was?.text ?? ''), linesOf(is?.text ?? ''))),
    ...(patches ? { patch: gitPatch(entry, was?.text, is?.text, binary) } : {}),
  };
}
