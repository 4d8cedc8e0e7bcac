import { claude } from './claude.mts';
import { codex } from './codex.mts';
import type { Driver } from './driver.mts';
import { gemini } from './gemini.mts';
import { opencode } from './opencode.mts';
import { pi } from './pi.mts';

export const drivers = { pi, claude, gemini, codex, opencode } satisfies Record<string, Driver>;

export type PeerName = keyof typeof drivers;

export const peerNames = Object.keys(drivers) as PeerName[];

/** The peers by the names of their packages. */
export const packages: Readonly<Record<PeerName, string>> = {
  pi: '@earendil-works/pi-coding-agent',
  claude: '@anthropic-ai/claude-agent-sdk',
  gemini: '@google/gemini-cli-core',
  codex: '@openai/codex',
  opencode: 'opencode-ai',
};

export function isPeer(name: string): name is PeerName {
  return name in drivers;
}
