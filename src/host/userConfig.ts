import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { invalidInput, messageOf, SessionError } from '../core/errors.ts';
import { parseAgent } from '../core/input.ts';
import type { UserProfile } from './host.ts';

const MAX_BYTES = 1024 * 1024;

const agent = z.string().superRefine((value, context) => {
  try {
    parseAgent(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
  }
});

const model = z.strictObject({
  provider: z.enum(['vscode', 'openai-compatible', 'anthropic']),
  model: z.string().min(1).optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** The name of the environment variable that holds the key: the key itself is never in a file. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, not the key itself')
    .optional(),
});

const acpAgent = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
});

const userConfig = z.strictObject({
  agent: agent.optional(),
  model: model.optional(),
  acpAgents: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), acpAgent).optional(),
  permissions: z.record(z.string(), z.unknown()).optional(),
  verify: z.string().min(1).optional(),
});

/** `config.json` in the user's profile: the settings of the editor under the same keys, for the CLI and the server. */
export type UserConfig = z.infer<typeof userConfig>;

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
  const parsed = userConfig.safeParse(content);
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
