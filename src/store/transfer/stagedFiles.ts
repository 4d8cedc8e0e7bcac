import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { SessionError } from '../../core/errors.ts';
import { sha256 } from '../eventShapes.ts';
import { errorCode } from '../fileSystem.ts';
import { openRegular } from '../regularFile.ts';
import { parseFileName } from '../../core/sessionFileName.ts';
import { StorePaths } from '../storePaths.ts';
import type { StorePorts } from '../storePorts.ts';

/** A file of a session as it arrives: `sessions/{name}` or `blobs/{hash}`, and its bytes. */
export interface ArrivingFile {
  readonly path: string;
  /** May throw: then nothing of the session is kept. */
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Where the files of an arriving session wait: under names of their own in `locks/`, as all unfinished writes do. */
class StagingPaths extends StorePaths {
  readonly #prefix: string;

  constructor(root: string, prefix: string) {
    super(root);
    this.#prefix = prefix;
  }

  override snapshot(sessionId: string): string {
    return this.#staged(super.snapshot(sessionId));
  }

  override journal(sessionId: string, segment: number): string {
    return this.#staged(super.journal(sessionId, segment));
  }

  override blob(hash: string): string {
    return this.#staged(super.blob(hash));
  }

  #staged(path: string): string {
    return join(this.locks, `${this.#prefix}${basename(path)}.tmp`);
  }
}

/** The files of one arriving session, written but not yet in place. `discard` removes what is still here. */
export class StagedFiles {
  /** As for the store, but with the paths of the staged files. */
  readonly ports: StorePorts;
  readonly #sessionId: string;
  readonly #prefix: string;

  constructor(sessionId: string, ports: StorePorts) {
    this.#sessionId = sessionId;
    this.#prefix = `${ports.processes.self.nonce}-${ports.ids.hex(8)}-`;
    this.ports = { ...ports, paths: new StagingPaths(ports.paths.root, this.#prefix) };
  }

  /** Writes one file durably. `bad_archive` for a file that is none of this session or not what its name says. */
  async put({ path, content }: ArrivingFile): Promise<void> {
    const { files } = this.ports;
    const place = this.#placeOf(path);
    const hash = createHash('sha256');
    const { descriptor } = openNew(place.path, path, this.ports);
    try {
      for await (const piece of content) {
        hash.update(piece);
        for (let rest = piece; rest.length > 0;) rest = rest.subarray(files.append(descriptor, rest));
      }
      await files.datasync(descriptor);
    } finally {
      files.close(descriptor);
    }
    if (place.hash !== undefined && hash.digest('hex') !== place.hash)
      throw badArchive(`${path} does not have the content that its name says.`);
  }

  /** The names of outputs that are here. */
  async blobs(): Promise<readonly string[]> {
    const names = await this.#names();
    return names.map(name => name.slice(this.#prefix.length, -'.tmp'.length)).filter(sha256.accepts);
  }

  /** Never throws: what cannot be removed is a temporary file like any other. */
  async discard(): Promise<void> {
    const { files, paths, logger } = this.ports;
    try {
      for (const name of await this.#names()) files.unlink(join(paths.locks, name));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') logger.warn('Temporary files of an import could not be removed.');
    }
  }

  async #names(): Promise<string[]> {
    const names = await this.ports.files.readdir(this.ports.paths.locks);
    return names.filter(name => name.startsWith(this.#prefix) && name.endsWith('.tmp'));
  }

  #placeOf(path: string): { readonly path: string; readonly hash?: string } {
    const { paths } = this.ports;
    const [folder, name = '', ...rest] = path.split('/');
    if (folder === 'blobs' && rest.length === 0 && sha256.accepts(name))
      return { path: paths.blob(name), hash: name };
    const parsed = folder === 'sessions' && rest.length === 0 ? parseFileName(name) : undefined;
    const isOurs = parsed !== undefined && 'sessionId' in parsed && parsed.sessionId === this.#sessionId;
    if (isOurs && parsed.kind === 'snapshot') return { path: paths.snapshot(this.#sessionId) };
    if (isOurs && parsed.kind === 'journal') return { path: paths.journal(this.#sessionId, parsed.segment) };
    throw badArchive(`${JSON.stringify(path.slice(0, 200))} is no file of session ${this.#sessionId}.`);
  }
}

/** What is wrong with what is to be imported. */
export function badArchive(problem: string, cause?: unknown): SessionError {
  return new SessionError('bad_archive', `It cannot be imported: ${problem} Nothing was changed.`, { cause });
}

function openNew(path: string, name: string, { files }: StorePorts): ReturnType<typeof openRegular> {
  try {
    return openRegular(files, path, 'create');
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw badArchive(`${name} is in it twice.`);
    throw error;
  }
}
