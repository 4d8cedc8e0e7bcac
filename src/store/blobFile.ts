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
/** What one UTF-16 unit of a text takes at most. */
const MAX_CHARACTER_BYTES = 3;
/** Written but not yet durable bytes, beyond which writers are held back. */
const MAX_UNSYNCED = 4 * 1024 * 1024;

/** Writes an output under a temporary name, and gives it its own, the hash of its content, at the end. */
export class BlobFile implements BlobWriter {
  readonly #ports: StorePorts;
  readonly #folder: StoreFolder;
  readonly #hash: Hash = createHash('sha256');
  readonly #path: string;
  #descriptor: number | undefined;
  /** What is not yet in the file, at its beginning: one piece of memory for all texts, which are encoded into it. */
  #room = Buffer.alloc(0);
  #held = 0;
  #bytes = 0;
  #unsynced = 0;
  #name: string | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(ports: StorePorts, folder: StoreFolder) {
    this.#ports = ports;
    this.#folder = folder;
    this.#path = join(ports.paths.blobs, `${ports.ids.hex(16)}.tmp`);
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(text: string): Promise<void> {
    return this.#enqueue(async () => {
      this.#reserve(MAX_CHARACTER_BYTES * text.length);
      await this.#take(this.#room.write(text, this.#held));
    });
  }

  add(bytes: Buffer): Promise<void> {
    return this.#enqueue(async () => {
      this.#reserve(bytes.length);
      await this.#take(bytes.copy(this.#room, this.#held));
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

  #reserve(bytes: number): void {
    const needed = this.#held + bytes;
    if (needed <= this.#room.length) return;
    const room = Buffer.allocUnsafeSlow(Math.max(needed, 2 * BUFFER));
    this.#room.copy(room, 0, 0, this.#held);
    this.#room = room;
  }

  /** Takes in what was put behind what is held. */
  async #take(bytes: number): Promise<void> {
    this.#hash.update(this.#room.subarray(this.#held, this.#held + bytes));
    this.#held += bytes;
    this.#bytes += bytes;
    if (this.#held >= BUFFER) await this.#flush();
  }

  async #flush(): Promise<void> {
    const descriptor = await this.#open();
    while (this.#held > 0) {
      const taken = this.#ports.files.append(descriptor, this.#room.subarray(0, this.#held));
      // What was not taken waits for the next attempt.
      this.#room.copyWithin(0, taken, this.#held);
      this.#held -= taken;
      this.#unsynced += taken;
    }
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
    this.#held = 0;
    this.#room = Buffer.alloc(0);
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
