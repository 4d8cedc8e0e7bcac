import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import { openRegular } from '../regularFile.ts';
import type { StorePorts } from '../storePorts.ts';

const BLOCK = /^[0-9a-f]{16}\.block$/;
/** What a process that died was writing. */
const LEFTOVER = /^[0-9a-f]{16}\.block\.tmp$/;
const LEFTOVER_MS = 3_600_000;

/** The search index of one root, in the user's cache folder. Files are written whole and never changed. */
export class SearchFolder {
  readonly #ports: StorePorts;
  readonly #folder: string;

  constructor(ports: StorePorts, cache: string) {
    this.#ports = ports;
    const name = createHash('sha256').update(ports.paths.root).digest('hex').slice(0, 32);
    this.#folder = join(cache, 'search', name);
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Tells one content of the folder from another by one look; empty when there is none. */
  stamp(): string {
    const stat = this.#ports.files.lstat(this.#folder);
    return stat === undefined ? '' : `${stat.inode} ${stat.mtimeMs}`;
  }

  async names(): Promise<readonly string[]> {
    if (this.stamp() === '') return [];
    return (await this.#ports.files.readdir(this.#folder)).filter(name => BLOCK.test(name));
  }

  async removeLeftovers(): Promise<void> {
    const { files, clock } = this.#ports;
    const before = clock.now().getTime() - LEFTOVER_MS;
    const old = (await files.readdir(this.#folder)).filter(
      name => LEFTOVER.test(name) && (files.lstat(this.path(name))?.mtimeMs ?? Infinity) < before,
    );
    this.remove(old);
  }

  /** Writes a block under a name that only then is there. Resolves with the name. */
  async write(
    pieces: Iterable<Buffer | undefined>,
    breathe: () => Promise<void> | undefined,
  ): Promise<string> {
    const { files, ids } = this.#ports;
    this.#ensure(this.#folder);
    const name = `${ids.hex(16)}.block`;
    const temporary = this.path(`${name}.tmp`);
    const { descriptor } = openRegular(files, temporary, 'create');
    try {
      for (const piece of pieces) {
        let rest = piece ?? Buffer.alloc(0);
        while (rest.length > 0) rest = rest.subarray(files.append(descriptor, rest));
        await breathe();
      }
    } catch (error) {
      this.#remove(`${name}.tmp`);
      throw error;
    } finally {
      files.close(descriptor);
    }
    files.rename(temporary, this.path(name));
    return name;
  }

  /** Another process may have been faster. */
  remove(names: readonly string[]): void {
    for (const name of names) this.#remove(name);
  }

  #remove(name: string): void {
    try {
      this.#ports.files.unlink(this.path(name));
    } catch (error) {
      this.#ports.logger.debug(`${name} of the search index was not removed: ${messageOf(error)}`);
    }
  }

  #ensure(folder: string): void {
    if (this.#ports.files.lstat(folder) !== undefined) return;
    this.#ensure(dirname(folder));
    this.#ports.files.mkdir(folder);
  }
}
