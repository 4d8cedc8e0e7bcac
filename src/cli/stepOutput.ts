import { inertOutput } from '../core/inertText.ts';

/** A line longer than this is broken: an output without line ends must not pile up. */
const MAX_LINE = 4096;

/** Cuts what a step's calls print into harmless lines, however the pieces arrive. */
export class StepOutput {
  #rest = '';

  /** The lines that are complete now. */
  push(text: string): string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const long: string[] = [];
    while (this.#rest.length > MAX_LINE) {
      long.push(this.#rest.slice(0, MAX_LINE));
      this.#rest = this.#rest.slice(MAX_LINE);
    }
    return [...lines, ...long].flatMap(inertLines);
  }

  /** What came without a line end. */
  finish(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : inertLines(rest);
  }
}

/** Programs that draw a progress bar write over their line again and again: every state of it becomes a line. */
function inertLines(line: string): string[] {
  const lines = inertOutput(`${line}\n`).split('\n').slice(0, -1);
  return lines.length > 1 ? lines.filter(text => text !== '') : lines;
}
