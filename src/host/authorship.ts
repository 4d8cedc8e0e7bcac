import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Authorship } from '../core/ports.ts';

const KEY_BYTES = 32;

/** Seals a person's words with a key that only the user can read (`author.key`, mode 0600, in the profile). */
export function createAuthorship(configFolder: string, logger: Logger): Authorship {
  let key: Promise<Buffer | undefined> | undefined;
  const seal = async (text: string): Promise<string | undefined> => {
    key ??= readOrMakeKey(configFolder).catch((error: unknown) => {
      logger.warn(`Tasks cannot be sealed, so retrying one will ask first: ${messageOf(error)}`);
      return undefined;
    });
    const known = await key;
    return known && createHmac('sha256', known).update(text).digest('hex');
  };
  return {
    seal,
    async isOwn(text, given) {
      const expected = given === undefined ? undefined : await seal(text);
      if (expected === undefined || given === undefined) return false;
      const [a, b] = [Buffer.from(expected), Buffer.from(given)];
      return a.length === b.length && timingSafeEqual(a, b);
    },
  };
}

async function readOrMakeKey(folder: string): Promise<Buffer> {
  const file = join(folder, 'author.key');
  const known = await readKey(file);
  if (known !== undefined) return known;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Written whole before it gets its name, so that of two processes one makes it and both read the same.
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, randomBytes(KEY_BYTES).toString('hex'), { flag: 'wx', mode: 0o600, flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  const made = await readKey(file);
  if (made === undefined) throw new Error(`${file} vanished.`);
  return made;
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const key = Buffer.from(text.trim(), 'hex');
  if (key.length !== KEY_BYTES) throw new Error(`${file} is not a key. Remove it and a new one is made.`);
  return key;
}
