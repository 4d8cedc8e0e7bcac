import { lastSegmentOf } from './catalogSource.ts';
import type { SessionFiles } from './folderScan.ts';
import type { SessionIndex } from './sessionIndex.ts';
import { slicer, type StorePorts } from './storePorts.ts';
import { WorkReport } from './workReport.ts';

export interface UnknownSessions {
  readonly ports: StorePorts;
  /** Of what is known of a session. */
  readonly stampOf: (sessionId: string) => string | undefined;
  /** Is told how many are going to be read, before the first of them is. */
  readonly index: Pick<SessionIndex, 'expect'>;
  readonly read: (sessionId: string, lastSegment: number) => Promise<void>;
  /** Ends it between two sessions; what was read by then was read. */
  readonly signal: AbortSignal;
}

/** Reads those of the sessions in a folder that no index knows, and says how many they were. Rejects with the reason of `signal`. */
export async function readUnknown(
  sessions: ReadonlyMap<string, SessionFiles>,
  { ports, stampOf, index, read, signal }: UnknownSessions,
): Promise<number> {
  const breathe = slicer(ports);
  const unknown: (readonly [sessionId: string, lastSegment: number])[] = [];
  for (const [sessionId, { lastSegment }] of sessions) {
    const stamp = stampOf(sessionId);
    if (stamp === undefined || lastSegmentOf(stamp) !== lastSegment) unknown.push([sessionId, lastSegment]);
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  index.expect(unknown.length);
  const report = new WorkReport(ports, 'read');
  try {
    for (const [place, [sessionId, lastSegment]] of unknown.entries()) {
      await read(sessionId, lastSegment);
      const pause = breathe();
      if (pause === undefined) continue;
      report.tell(place + 1, unknown.length);
      await pause;
      signal.throwIfAborted();
    }
    return unknown.length;
  } finally {
    report.end();
  }
}
