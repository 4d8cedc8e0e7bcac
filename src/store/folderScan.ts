import { join } from 'node:path';
import type { DamagedFile } from '../core/ports.ts';
import { problemOf } from './regularFile.ts';
import { parseFileName } from '../core/sessionFileName.ts';
import { slicer, type StorePorts } from './storePorts.ts';

/** The files of one session, by their names. */
export interface SessionFiles {
  /** 0: there is no journal. */
  readonly lastSegment: number;
  readonly hasFirst: boolean;
  readonly hasSnapshot: boolean;
}

export interface FolderContent {
  readonly sessions: ReadonlyMap<string, SessionFiles>;
  /** What is there and is no session, told by its name. */
  readonly damaged: readonly DamagedFile[];
}

const NOTHING: SessionFiles = { lastSegment: 0, hasFirst: false, hasSnapshot: false };

/** Sorts the names in `sessions/`; reads nothing else. */
export async function scanFolder(
  ports: Pick<StorePorts, 'files' | 'paths' | 'clock' | 'pause'>,
): Promise<FolderContent> {
  const { files, paths } = ports;
  const breathe = slicer(ports);
  const sessions = new Map<string, SessionFiles>();
  const damaged: DamagedFile[] = [];
  for (const file of await files.readdir(paths.sessions)) {
    const name = parseFileName(file);
    if (name.kind === 'foreign') {
      const stat = files.lstat(join(paths.sessions, file));
      damaged.push({ file, problem: stat === undefined || stat.kind === 'file' ? FOREIGN : problemOf(stat) });
    } else if (name.kind === 'conflict') {
      damaged.push({ file, problem: conflictOf(name.sessionId) });
    } else if (name.kind !== 'ignored') {
      const known = sessions.get(name.sessionId) ?? NOTHING;
      sessions.set(name.sessionId, withFile(known, name.kind === 'journal' ? name.segment : undefined));
    }
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  return { sessions: withoutRemains(sessions), damaged };
}

const FOREIGN = 'Its name is not that of a session file. Move it elsewhere or delete it.';

function conflictOf(sessionId: string): string {
  return `It holds records of session ${sessionId} that contradict those on disk. Keep it until you are sure that you do not need them.`;
}

function withFile(files: SessionFiles, segment: number | undefined): SessionFiles {
  if (segment === undefined) return { ...files, hasSnapshot: true };
  const lastSegment = Math.max(files.lastSegment, segment);
  return { ...files, lastSegment, hasFirst: files.hasFirst || segment === 1 };
}

/** Later segments alone are a session on its way to the trash or back. */
function withoutRemains(sessions: Map<string, SessionFiles>): Map<string, SessionFiles> {
  for (const [id, { hasFirst, hasSnapshot }] of sessions) if (!hasFirst && !hasSnapshot) sessions.delete(id);
  return sessions;
}
