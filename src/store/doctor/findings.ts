import { relative, sep } from 'node:path';
import type { Finding, FindingKind, FindingSeverity } from '../../core/doctorReport.ts';
import type { StorePaths } from '../storePaths.ts';

type Details = Pick<Finding, 'sessionId' | 'count' | 'offset' | 'fields'>;

/** Collects what is found, with file names as they are within `.coding-agent`. */
export class Findings {
  readonly all: Finding[] = [];
  readonly #folder: string;

  constructor({ folder }: StorePaths) {
    this.#folder = folder;
  }

  info(kind: FindingKind, path: string, problem: string, details: Details = {}): void {
    this.#add('info', kind, path, problem, details);
  }

  damage(kind: FindingKind, path: string, problem: string, details: Details = {}): void {
    this.#add('damage', kind, path, problem, details);
  }

  #add(severity: FindingSeverity, kind: FindingKind, path: string, problem: string, details: Details): void {
    const file = relative(this.#folder, path).split(sep).join('/');
    this.all.push({ severity, kind, file: file === '' ? '.' : file, ...details, problem });
  }
}

/** `1 record`, `2 records`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
