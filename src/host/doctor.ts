import type { CheckpointCheck, Checkpoints } from '../core/checkpoints.ts';
import type { DoctorReport, DoctorRequest, Finding, Repair } from '../core/doctorReport.ts';
import type { ProcessTable } from '../core/ports.ts';
import { takeOver } from '../core/takeOver.ts';
import type { SessionState } from '../core/state.ts';
import type { DiskStore } from '../store/sessionStore.ts';
import { storageError } from '../store/storageError.ts';
import { checkpointFindings } from './checkpointFindings.ts';
import type { TrustedGate } from './workspaceGate.ts';

interface DoctorPorts {
  readonly store: DiskStore;
  readonly gate: TrustedGate;
  readonly processes: ProcessTable;
  readonly checkpoints: Pick<Checkpoints, 'check'>;
  readonly signal: AbortSignal | undefined;
}

/** Takes over first, then repairs, then says how things are. */
export async function runDoctor(
  { repair = false, takeOver: takesOver = false }: DoctorRequest,
  { store, gate, processes, checkpoints, signal }: DoctorPorts,
): Promise<DoctorReport> {
  if (repair || takesOver) await gate.requireTrust();
  try {
    const taken = takesOver ? await takeOverAll(store, processes) : [];
    const tasks = new TasksOnRecord();
    const report = await store.doctor.check({ repair, signal, onState: state => tasks.add(state) });
    const found = report.disk.checkpoints === 0 ? [] : checkpointFindings(await checkAll(tasks));
    return withFindings({ ...report, repairs: [...taken, ...report.repairs] }, found);
  } catch (error) {
    throw storageError(error, repair || takesOver ? 'write' : 'read', gate.root);
  }

  /** Git is started only where something may be. */
  function checkAll({ captured, all }: TasksOnRecord): Promise<CheckpointCheck> {
    return gate.isTrusted() ? checkpoints.check(captured, all) : Promise.resolve(NOT_CHECKED);
  }
}

const NOT_CHECKED: CheckpointCheck = {
  ...{ damage: null, unknown: [], pruned: [], leftovers: null },
  unchecked: 'git is started in no folder that is not trusted. Trust it first.',
};

async function takeOverAll(store: DiskStore, processes: ProcessTable): Promise<readonly Repair[]> {
  const locked = await store.doctor.takeOverLocks();
  const sessionIds = new Set([...locked, ...(await store.doctor.ownedElsewhere())]);
  const taken: Repair[] = [];
  for (const sessionId of sessionIds) {
    const tasks = await takeOver(store, sessionId, processes);
    const closed = tasks.length === 0 ? '' : ` Closed as interrupted: ${tasks.join(', ')}.`;
    const lock = locked.includes(sessionId)
      ? 'Its lock was taken over'
      : 'Its unfinished tasks were taken over';
    taken.push({
      sessionId,
      file: locked.includes(sessionId) ? `locks/${sessionId}.lock` : `sessions/${sessionId}.events.jsonl`,
      what: `${lock}, and whatever the former owner still writes comes too late.${closed}`,
    });
  }
  await store.doctor.settle();
  return taken;
}

/** The tasks of all sessions, as far as they can be read. */
class TasksOnRecord {
  readonly all = new Set<string>();
  /** Those that were captured here. */
  readonly captured = new Set<string>();

  add({ metadata, tasks }: SessionState): void {
    for (const task of tasks) {
      this.all.add(task.id);
      if (metadata.imported === undefined && task.copyOf === undefined && task.checkpoint !== null)
        this.captured.add(task.id);
    }
  }
}

function withFindings(report: DoctorReport, found: readonly Finding[]): DoctorReport {
  if (found.length === 0) return report;
  const isDamaged = report.severity === 'damage' || found.some(({ severity }) => severity === 'damage');
  return {
    ...report,
    severity: isDamaged ? 'damage' : 'info',
    findings: [...report.findings, ...found],
  };
}
