import type { FileSystem } from '../../../src/store/fileSystem.ts';
import { FileSystemError } from '../../support/inMemoryFileSystem.ts';
import { bound } from './killingFiles.ts';

export type Operation = keyof FileSystem;

export const CHANGING: readonly Operation[] = [
  'open',
  'append',
  'datasync',
  'syncDirectory',
  'link',
  'rename',
  'unlink',
  'mkdir',
];
export const READING: readonly Operation[] = ['open', 'read', 'readdir', 'lstat', 'fstat'];

export interface Failure {
  readonly code: string;
  /** The number, from 1, of the first call that fails. */
  readonly at: number;
  readonly forEver: boolean;
  /** Which calls are counted; of `open`, those that write when it is among the changing ones. */
  readonly operations: readonly Operation[];
  /** Bytes that a failing write takes first. */
  readonly partial?: number;
}

/** A file system of which the n-th call fails. */
export class FailingFiles {
  readonly files: FileSystem;
  readonly fired: string[] = [];
  calls = 0;
  #failure: Failure | undefined;
  #isCut = false;

  constructor(inner: FileSystem, failure: Failure | undefined) {
    this.#failure = failure;
    const files: Record<string, unknown> = { ...bound(inner) };
    for (const operation of failure?.operations ?? []) {
      const original = inner[operation].bind(inner) as (...args: unknown[]) => unknown;
      files[operation] = (...args: unknown[]): unknown => {
        const taken = this.#taken(operation, args[1]);
        if (taken !== undefined) return original(args[0], taken);
        if (!this.#isDue(operation, args)) return original(...args);
        this.fired.push(operation);
        const error = new FileSystemError(failure?.code ?? 'EIO', String(args[0]));
        if (['datasync', 'syncDirectory', 'readdir'].includes(operation)) return Promise.reject(error);
        throw error;
      };
    }
    this.files = files as unknown as FileSystem;
  }

  /** From now on nothing fails. */
  heal(): void {
    this.#failure = undefined;
  }

  /** As the system does it: some bytes are taken, and the attempt to write the rest fails. */
  #taken(operation: Operation, bytes: unknown): Uint8Array | undefined {
    const failure = this.#failure;
    if (operation !== 'append' || failure?.partial === undefined || this.#isCut) return undefined;
    if (this.calls + 1 < failure.at || !(bytes instanceof Uint8Array)) return undefined;
    this.#isCut = true;
    return bytes.subarray(0, Math.min(failure.partial, bytes.length - 1));
  }

  #isDue(operation: Operation, args: readonly unknown[]): boolean {
    const failure = this.#failure;
    const counts = operation !== 'open' || (args[1] === 'read') === (failure?.operations === READING);
    if (failure === undefined || !counts) return false;
    this.calls++;
    return this.calls === failure.at || (failure.forEver && this.calls > failure.at);
  }
}
