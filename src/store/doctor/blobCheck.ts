import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { hashesIn } from '../blobReferences.ts';
import { messageOf } from '../../core/errors.ts';
import { openRegular, problemOf } from '../regularFile.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import { counted, type Findings } from './findings.ts';
import { tellOfTemporary } from './lockCheck.ts';

const CHUNK = 1024 * 1024;
const HASH = /^[0-9a-f]{64}$/;

/** The outputs in `blobs/`: whether each is what its name says, and who refers to it. */
export class BlobCheck {
  readonly #ports: StorePorts;
  readonly #findings: Findings;
  readonly #sizes = new Map<string, number>();
  readonly #referred = new Set<string>();
  /** What is wrong with which blob; told once it is known who refers to it. */
  readonly #problems = new Map<string, string>();
  readonly #owners = new Map<string, string>();
  #bytes = 0;

  constructor(ports: StorePorts, findings: Findings) {
    this.#ports = ports;
    this.#findings = findings;
  }

  /** All bytes in there. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads every blob. Resolves when all of them were compared with their names. */
  async read(): Promise<void> {
    const { files, paths } = this.#ports;
    for (const name of await files.readdir(paths.blobs)) {
      const path = join(paths.blobs, name);
      const stat = files.lstat(path);
      if (stat === undefined) continue;
      this.#bytes += stat.size;
      if (stat.kind !== 'file') this.#findings.damage('foreignFile', path, problemOf(stat));
      else if (name.endsWith('.tmp')) tellOfTemporary(this.#findings, path, stat.size);
      else if (HASH.test(name)) await this.#readBlob(name, path, stat.size);
      else
        this.#findings.info(
          'foreignFile',
          path,
          'Its name is not that of an output. Move it elsewhere or delete it.',
        );
    }
  }

  /** Notes what a file refers to; returns how many bytes that is, without what `seen` has already. */
  async refer(path: string, seen: Set<string>, sessionId?: string): Promise<number> {
    if (this.#sizes.size === 0) return 0;
    let bytes = 0;
    for await (const hash of hashesIn(path, this.#ports)) {
      const size = this.#sizes.get(hash);
      if (size === undefined || seen.has(hash)) continue;
      seen.add(hash);
      this.#referred.add(hash);
      if (sessionId !== undefined && this.#problems.has(hash)) this.#owners.set(hash, sessionId);
      bytes += size;
    }
    return bytes;
  }

  /** Tells of what is damaged, and of what nobody refers to. */
  tell(): void {
    for (const [hash, problem] of this.#problems) {
      const sessionId = this.#owners.get(hash);
      const details = sessionId === undefined ? {} : { sessionId };
      this.#findings.damage('damagedBlob', this.#ports.paths.blob(hash), problem, details);
    }
    const orphans = [...this.#sizes].filter(([hash]) => !this.#referred.has(hash));
    const bytes = orphans.reduce((sum, [, size]) => sum + size, 0);
    if (orphans.length === 0) return;
    const what = `${counted(orphans.length, 'output')} (${bytes} bytes) ${orphans.length === 1 ? 'is' : 'are'} referred to by no session: an interrupted task left ${orphans.length === 1 ? 'it' : 'them'}, or a removed session. First: ${orphans[0]?.[0] ?? ''}.`;
    this.#findings.info('orphanBlob', this.#ports.paths.blobs, what, { count: orphans.length });
  }

  async #readBlob(name: string, path: string, size: number): Promise<void> {
    this.#sizes.set(name, size);
    try {
      if ((await this.#hashOf(path)) === name) return;
      const what =
        'Its content is not what its name says: it was changed or cut off on disk. It is not shown any more; the last lines of the output are in the journal.';
      this.#problems.set(name, what);
    } catch (error) {
      this.#problems.set(name, `It cannot be read: ${messageOf(error)}.`);
    }
  }

  async #hashOf(path: string): Promise<string> {
    const { files } = this.#ports;
    const { descriptor } = openRegular(files, path, 'read');
    const breathe = slicer(this.#ports);
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK);
    try {
      for (let position = 0; ;) {
        const count = files.read(descriptor, buffer, position);
        if (count === 0) return hash.digest('hex');
        hash.update(buffer.subarray(0, count));
        position += count;
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
    } finally {
      files.close(descriptor);
    }
  }
}
