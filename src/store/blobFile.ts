import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { SessionError } from '../core/errors.ts';
import type { BlobWriter } from '../core/ports.ts';
import { sha256 } from './eventShapes.ts';
import { errorCode } from './fileSystem.ts';
import { readRegular } from './regularFile.ts';
import { storageError } from './storageError.ts';
import type { StoreFolder } from './storeFolder.ts';
import type { StorePorts } from './storePorts.ts';

const MAX_BLOB = 1024 * 1024 * 1024;
const BUFFER = 64 * 1024;
/** Written but not yet durable bytes, beyond which writers are held back. */
const MAX_UNSYNCED = 4 * 1024 * 1024;

/** Writes an output under a temporary name, and gives it its own, the hash of its content, at the end. */
export class BlobFile implements BlobWriter {
  readonly #ports: StorePorts;
  readonly #folder: StoreFolder;
  readonly #hash: Hash = createHash('sha256');
  readonly #path: string;
  #descriptor: number | undefined;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #unsynced = 0;
  #name: string | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(ports: StorePorts, folder: StoreFolder) {
    this.#ports = ports;
    this.#folder = folder;
    this.#path = join(ports.paths.blobs, `${ports.ids.hex(16)}.tmp`);
  }

  write(text: string): Promise<void> {
    return this.add(Buffer.from(text));
  }

  add(bytes: Buffer): Promise<void> {
    return this.#enqueue(async () => {
      this.#hash.update(bytes);
      this.#pending.push(bytes);
      this.#pendingBytes += bytes.length;
      if (this.#pendingBytes >= BUFFER) await this.#flush();
    });
  }

  finish(): Promise<string> {
    return this.#enqueue(async () => {
      await this.#flush();
      await this.#sync(await this.#open());
      const name = (this.#name ??= this.#hash.digest('hex'));
      this.#ports.files.rename(this.#path, this.#ports.paths.blob(name));
      await this.#ports.files.syncDirectory(this.#ports.paths.blobs);
      this.#close();
      return name;
    });
  }

  abandon(): void {
    const release = (): void => {
      if (!this.#over) this.#discard();
    };
    this.#tail = this.#tail.then(release, release);
  }

  async #flush(): Promise<void> {
    const descriptor = await this.#open();
    let rest: Buffer = Buffer.concat(this.#pending);
    while (rest.length > 0) {
      const taken = this.#ports.files.append(descriptor, rest);
      rest = rest.subarray(taken);
      this.#unsynced += taken;
      // What was not taken waits for the next attempt.
      this.#pending = [rest];
      this.#pendingBytes = rest.length;
    }
    this.#pending = [];
    if (this.#unsynced >= MAX_UNSYNCED) await this.#sync(descriptor);
  }

  /** A sync that failed is never tried again: nobody knows what it lost. */
  async #sync(descriptor: number): Promise<void> {
    try {
      await this.#ports.files.datasync(descriptor);
      this.#unsynced = 0;
    } catch (error) {
      this.#discard();
      throw error;
    }
  }

  async #open(): Promise<number> {
    if (this.#descriptor !== undefined) return this.#descriptor;
    this.#folder.requireWritable();
    await this.#folder.ensure(this.#ports.paths.blobs);
    this.#descriptor = this.#ports.files.open(this.#path, 'create');
    return this.#descriptor;
  }

  /**
   * One after the other. While the disk is full nothing is given up: the next call goes on where this one stopped. After any
   * other failure nothing is left behind, and every later call fails.
   */
  #enqueue<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(async () => {
      if (this.#over) throw new SessionError('disposed', 'This output was closed before.');
      try {
        return await action();
      } catch (error) {
        const failure = storageError(error, 'write', this.#ports.paths.blobs);
        if (failure.code !== 'storage_full') this.#discard();
        throw failure;
      }
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  #discard(): void {
    const made = this.#descriptor !== undefined;
    this.#close();
    this.#pending = [];
    if (!made) return;
    try {
      this.#ports.files.unlink(this.#path);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT')
        this.#ports.logger.warn('A temporary file in blobs/ could not be removed.');
    }
  }

  #close(): void {
    this.#over = true;
    if (this.#descriptor !== undefined) this.#ports.files.close(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** Makes bytes a durable blob and resolves with its name. */
export async function storeBlob(bytes: Buffer, ports: StorePorts, folder: StoreFolder): Promise<string> {
  const blob = new BlobFile(ports, folder);
  await blob.add(bytes);
  return blob.finish();
}

/** The text of a blob, verified. `not_found`, `damaged`, or as reading fails. */
export function readBlobText(hash: string, { files, paths }: Pick<StorePorts, 'files' | 'paths'>): string {
  if (!sha256.accepts(hash)) throw new SessionError('not_found', 'There is no such output.');
  try {
    const bytes = readRegular(files, paths.blob(hash), MAX_BLOB);
    if (bytes === undefined)
      throw new SessionError('not_found', 'This output is no longer in .coding-agent/blobs.');
    if (createHash('sha256').update(bytes).digest('hex') === hash) return bytes.toString();
  } catch (error) {
    throw storageError(error, 'read', paths.blob(hash));
  }
  throw new SessionError('damaged', 'This output was changed or cut off on disk.', {
    file: paths.blob(hash),
  });
}
