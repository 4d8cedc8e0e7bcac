import type { DoctorReport, DoctorRequest, Repair } from '../core/doctorReport.ts';
import type { ProcessTable } from '../core/ports.ts';
import { takeOver } from '../core/takeOver.ts';
import type { DiskStore } from '../store/sessionStore.ts';
import { storageError } from '../store/storageError.ts';
import type { TrustedGate } from './workspaceGate.ts';

interface DoctorPorts {
  readonly store: DiskStore;
  readonly gate: TrustedGate;
  readonly processes: ProcessTable;
}

/** Takes over first, then repairs, then says how things are. */
export async function runDoctor(
  { repair = false, takeOver: takesOver = false }: DoctorRequest,
  { store, gate, processes }: DoctorPorts,
): Promise<DoctorReport> {
  if (repair || takesOver) await gate.requireTrust();
  try {
    const taken = takesOver ? await takeOverAll(store, processes) : [];
    const report = await store.doctor.check({ repair });
    return { ...report, repairs: [...taken, ...report.repairs] };
  } catch (error) {
    throw storageError(error, repair || takesOver ? 'write' : 'read', gate.root);
  }
}

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
