import { byteText } from '../core/byteText.ts';
import type { CheckpointCheck } from '../core/checkpoints.ts';
import type { Finding } from '../core/doctorReport.ts';

const MAX_NAMED = 5;

/** What the doctor says of the checkpoints. */
export function checkpointFindings({
  damage,
  unknown,
  pruned,
  leftovers,
  unchecked,
}: CheckpointCheck): Finding[] {
  const findings: Finding[] = [];
  if (damage !== null) {
    const { faults, tasks } = damage;
    const concerned =
      tasks.length === 0
        ? 'No task of the newest 100 needs them.'
        : `Not to be undone for that: ${named(tasks)}. Other tasks can be, and captures go on.`;
    findings.push({
      severity: 'damage',
      kind: 'damagedCheckpoint',
      file: 'checkpoints',
      count: faults.length,
      problem: `Contents are missing or damaged: ${named(faults)}. ${concerned} Nothing was moved or deleted.`,
    });
  }
  const info = (kind: Finding['kind'], file: string, count: number, problem: string): void => {
    findings.push({ severity: 'info', kind, file, count, problem });
  };
  if (unknown.length > 0)
    info(
      'orphanCheckpoint',
      'checkpoints/refs/tasks',
      unknown.length,
      `No session here has these tasks: ${named(unknown)}. Where an import was interrupted, importing that file again brings their session. \`coding-agent sessions purge --checkpoints\` removes what is old.`,
    );
  if (leftovers !== null)
    info(
      'temporaryFile',
      'checkpoints/tmp',
      leftovers.names.length,
      `An import, a capture or an undo that was interrupted left them, or one is at work now (${byteText(leftovers.bytes)}): ${named(leftovers.names)}. Nothing refers to them. Captures remove what is older than a day.`,
    );
  if (pruned.length > 0)
    info(
      'prunedCheckpoint',
      'checkpoints',
      pruned.length,
      `The checkpoints of ${pruned.length === 1 ? 'one task' : `${pruned.length} tasks`} were pruned, which cannot be undone any more: ${named(pruned)}.`,
    );
  if (unchecked !== null)
    findings.push({
      severity: 'info',
      kind: 'uncheckedCheckpoint',
      file: 'checkpoints',
      problem: `Their contents were not checked: ${unchecked}`,
    });
  return findings;
}

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
