import type { Authorship } from './ports.ts';
import type { AgentTask } from './task.ts';

/** Proves that a person gave this text as a task of this session; `undefined` when nothing can be sealed here. */
export function sealText(
  authorship: Authorship,
  sessionId: string,
  description: string,
): Promise<string | undefined> {
  return authorship.seal(textOf(sessionId, description));
}

export function isOwnText(
  authorship: Authorship,
  { sessionId, description, seal }: Pick<AgentTask, 'sessionId' | 'description' | 'seal'>,
): Promise<boolean> {
  return authorship.isOwn(textOf(sessionId, description), seal);
}

/** The same for the command that verifies tasks of this session. */
export function sealVerification(
  authorship: Authorship,
  sessionId: string,
  command: string,
): Promise<string | undefined> {
  return authorship.seal(verificationOf(sessionId, command));
}

export async function isOwnVerification(
  authorship: Authorship,
  { sessionId, verify, verifySeal }: Pick<AgentTask, 'sessionId' | 'verify' | 'verifySeal'>,
): Promise<boolean> {
  if (verify === undefined) return false;
  return authorship.isOwn(verificationOf(sessionId, verify), verifySeal);
}

function textOf(sessionId: string, description: string): string {
  return JSON.stringify([sessionId, description]);
}

function verificationOf(sessionId: string, command: string): string {
  return JSON.stringify(['verify', sessionId, command]);
}
