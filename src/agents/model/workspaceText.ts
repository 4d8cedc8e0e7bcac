import type { AgentRun } from '../agent.ts';
import type { Tool } from '../tools/tool.ts';
import { firstBytes } from '../../core/text.ts';

const FILE = 'AGENTS.md';
const MAX_BYTES = 32 * 1024;

/**
 * What the workspace says of itself in `AGENTS.md`; `undefined` when it says nothing. Tasks run in trusted folders only, so
 * this is read there only; it goes through the broker and on record like any file.
 */
export async function workspaceText(
  { calls, environment }: AgentRun,
  readFile: Tool<unknown> | undefined,
): Promise<string | undefined> {
  if (readFile === undefined) return undefined;
  if (!(await environment.files.exists(FILE).catch(() => false))) return undefined;
  const outcome = await calls.call(readFile, { path: FILE }, { stepId: null, isInstruction: false });
  return outcome.status === 'completed' ? firstBytes(outcome.result.text, MAX_BYTES) : undefined;
}
