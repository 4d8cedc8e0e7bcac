import { join } from 'node:path';
import { problemOf } from '../regularFile.ts';
import { parseFileName } from '../../core/sessionFileName.ts';
import type { StorePorts } from '../storePorts.ts';
import type { Findings } from './findings.ts';
import { tellOfTemporary } from './lockCheck.ts';

/** The reader of a journal looks this far for the next file. */
const REACH = 2;
const MAX_DEPTH = 8;
const PARTS = ['sessions', 'blobs', 'checkpoints', 'trash', 'locks'] as const;
type Part = (typeof PARTS)[number];

/** The files of one session in one folder. */
export interface SessionFileNames {
  readonly all: string[];
  readonly segments: number[];
  bytes: number;
}

export interface SortedFolder {
  readonly sessions: ReadonlyMap<string, SessionFileNames>;
  /** Files of no session, by path, and their bytes. */
  readonly otherFiles: readonly string[];
  readonly otherBytes: number;
}

/** Sorts what is in the folders by name, and tells of what does not belong there. */
export class FolderCheck {
  readonly #ports: StorePorts;
  readonly #findings: Findings;
  otherBytes = 0;

  constructor(ports: StorePorts, findings: Findings) {
    this.#ports = ports;
    this.#findings = findings;
  }

  /** Which parts there are to look into. */
  async parts(): Promise<Readonly<Record<Part, boolean>>> {
    const { files, paths } = this.#ports;
    const found = { sessions: false, blobs: false, checkpoints: false, trash: false, locks: false };
    for (const name of await files.readdir(paths.folder)) {
      const path = join(paths.folder, name);
      const stat = files.lstat(path);
      const part = PARTS.find(known => known === name);
      if (stat === undefined) continue;
      if (part !== undefined) {
        found[part] = stat.kind === 'directory';
        if (stat.kind !== 'directory') this.#findings.damage('foreignFile', path, notFolder(stat));
        continue;
      }
      this.otherBytes += stat.kind === 'directory' ? await this.sizeOf(path) : stat.size;
      if (parseFileName(name).kind !== 'ignored')
        this.#findings.info('foreignFile', path, 'It is none of this program, and is left alone.');
    }
    return found;
  }

  async sort(directory: string): Promise<SortedFolder> {
    const { files } = this.#ports;
    const sessions = new Map<string, SessionFileNames>();
    const otherFiles: string[] = [];
    let otherBytes = 0;
    for (const name of (await files.readdir(directory)).sort()) {
      const path = join(directory, name);
      const stat = files.lstat(path);
      if (stat === undefined) continue;
      const parsed = parseFileName(name);
      if (parsed.kind === 'journal' || parsed.kind === 'snapshot') {
        const { sessionId } = parsed;
        const names = sessions.get(sessionId) ?? { all: [], segments: [], bytes: 0 };
        names.all.push(name);
        names.bytes += stat.size;
        if (parsed.kind === 'journal') names.segments.push(parsed.segment);
        sessions.set(sessionId, names);
        continue;
      }
      otherBytes += stat.size;
      if (stat.kind === 'file') otherFiles.push(path);
      if (parsed.kind === 'conflict') {
        const what = `It holds records of session ${parsed.sessionId} that contradict those on disk. Keep it until you are sure that you do not need them.`;
        this.#findings.damage('conflictCopy', path, what, { sessionId: parsed.sessionId });
      } else if (parsed.kind === 'foreign') this.#tellOfForeign(path, stat);
      else if (stat.kind !== 'file') this.#findings.damage('foreignFile', path, problemOf(stat));
      else this.#tellOfLeftover(name, path, stat.size);
    }
    return { sessions, otherFiles, otherBytes };
  }

  /** Segments that come after a hole which no reader passes over. */
  tellOfSegments(sessionId: string, { segments }: SessionFileNames, directory: string): void {
    const { paths } = this.#ports;
    const inTrash = directory === paths.trash;
    let last = 1;
    for (const segment of segments.sort((a, b) => a - b)) {
      if (segment > last + REACH) {
        const path = (inTrash ? paths.inTrash() : paths).journal(sessionId, segment);
        const what = `The files of the journal between number ${last} and this one are not there, so it is not read. Put them back.`;
        this.#findings.damage('missingRecords', path, what, { sessionId });
        return;
      }
      last = segment;
    }
  }

  /** The bytes in a folder and those below it; links are not followed. */
  async sizeOf(directory: string, depth = 0): Promise<number> {
    const { files } = this.#ports;
    let total = 0;
    for (const name of await files.readdir(directory)) {
      const path = join(directory, name);
      const stat = files.lstat(path);
      if (stat?.kind === 'directory' && depth < MAX_DEPTH) total += await this.sizeOf(path, depth + 1);
      else total += stat?.size ?? 0;
    }
    return total;
  }

  #tellOfForeign(path: string, stat: Parameters<typeof problemOf>[0]): void {
    if (stat.kind === 'file')
      this.#findings.info(
        'foreignFile',
        path,
        'Its name is not that of a session file. Move it elsewhere or delete it.',
      );
    else this.#findings.damage('foreignFile', path, problemOf(stat));
  }

  #tellOfLeftover(name: string, path: string, size: number): void {
    if (name.endsWith('.tmp')) tellOfTemporary(this.#findings, path, size);
    else if (/\.(?:damaged-[0-9]+|bak)$/.test(name)) {
      const what = `The original of a file that was rewritten (${size} bytes). Delete it when you do not need it any more.`;
      this.#findings.info('keptOriginal', path, what);
    }
  }
}

function notFolder(stat: Parameters<typeof problemOf>[0]): string {
  return stat.kind === 'file' ? 'It should be a folder. Move it elsewhere.' : problemOf(stat);
}
