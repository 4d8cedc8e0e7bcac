import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callTool, say } from './scriptedModel/scriptedReply.ts';

/** Rules as a person writes them into their own settings. */
export const permissionRules = {
  deny: [{ args: ['git', 'push'], reason: 'I push myself.' }],
  ask: [{ tool: 'delete_file' }],
  allow: [{ class: 'write' }, { tool: 'run_command', args: ['touch', 'ran.txt'] }],
};

/** What a model does: a call for each rule, and one that no rule is about. */
export const ruledScript = [
  callTool('write_file', { path: 'ruled.txt', content: 'allowed\n' }),
  callTool('run_command', { command: 'touch ran.txt' }),
  callTool('run_command', { command: 'git push origin main' }),
  callTool('delete_file', { path: 'kept.txt' }),
  callTool('run_command', { command: 'touch other.txt' }),
  say('Done.'),
];

interface Line {
  readonly type: string;
  readonly data: {
    readonly callId?: string;
    readonly tool?: string;
    readonly decision?: { readonly allowed: boolean; readonly by: string; readonly reason?: string };
  };
}

/** What the journal says of who decided about each call, in the order in which they were made. */
export function decisionsOnRecord(root: string, sessionId: string): string[] {
  const journal = join(root, '.coding-agent', 'sessions', `${sessionId}.events.jsonl`);
  const lines = readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line);
  const decided = new Map(
    lines.filter(({ type }) => type === 'approvalDecided').map(({ data }) => [data.callId, data.decision]),
  );
  return lines
    .filter(({ type }) => type === 'toolCallRequested')
    .flatMap(({ data: { callId, tool } }) => {
      const decision = decided.get(callId);
      if (decision === undefined) return [];
      const why = decision.reason === undefined ? '' : `: ${decision.reason}`;
      return [`${String(tool)} ${decision.allowed ? 'allowed' : 'denied'} by ${decision.by}${why}`];
    });
}
