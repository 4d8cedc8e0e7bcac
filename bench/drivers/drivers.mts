import { claude } from './claude.mts';
import { cline } from './cline.mts';
import { codex } from './codex.mts';
import type { Driver } from './driver.mts';
import { gemini } from './gemini.mts';
import { opencode } from './opencode.mts';
import { ours } from './ours.mts';
import { pi } from './pi.mts';
import { plainColumns } from './plainColumns.mts';
import { plainFile } from './plainFile.mts';

export const drivers = { pi, claude, gemini, codex, opencode, cline } satisfies Record<string, Driver>;

export type PeerName = keyof typeof drivers;

export const peerNames = Object.keys(drivers) as PeerName[];

/** What a worker measures: a peer, ourselves, or what any program would need at least. */
export const subjects = { ...drivers, ours, plainFile, plainColumns } satisfies Record<
  string,
  Pick<Driver, 'open'>
>;

export type SubjectName = keyof typeof subjects;

export function isSubject(name: string): name is SubjectName {
  return name in subjects;
}
