import type { Ids, ProcessTable } from '../core/ports.ts';
import { SystemProcessTable } from '../store/processTable.ts';
import { killProcessGroup } from '../workspace/processGroup.ts';

/** The processes of this machine: the store judges them, the workspace ends what came from them. */
export function createProcessTable(ids: Ids): ProcessTable {
  return new SystemProcessTable(ids, killProcessGroup);
}
