import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput, messageOf, SessionError } from '../core/errors.ts';
import { wrongValue } from '../core/wrongValue.ts';
import type { UserProfile } from './host.ts';
import type { UserConfig } from './userConfigSchema.ts';

const MAX_BYTES = 1024 * 1024;

/** The user's configuration; empty when there is none. Rejects with `invalid_input` that names the place of the mistake. */
export async function readUserConfig(profile: Pick<UserProfile, 'config'>): Promise<UserConfig> {
  const file = join(profile.config, 'config.json');
  const text = await readText(file);
  if (text === undefined) return {};
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw invalidInput('config', `${file} is not JSON: ${messageOf(error)}. Correct it or remove it.`);
  }
  // Most people have no such file: only with one the checker is loaded.
  const { userConfig } = await import('./userConfigSchema.ts');
  const parsed = userConfig.safeParse(content, { error: wrongValue });
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(issue => {
    const place = issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
    return `${place}${issue.message}`;
  });
  throw invalidInput('config', `${file} cannot be used. ${mistakes.join('; ')}. Correct it or remove it.`);
}

async function readText(file: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new SessionError('storage_failed', `Cannot read ${file}: ${messageOf(error)}.`, {
      file,
      cause: error,
    });
  }
  if (text.length > MAX_BYTES) throw invalidInput('config', `${file} is larger than 1 MB. It was not read.`);
  return text;
}
