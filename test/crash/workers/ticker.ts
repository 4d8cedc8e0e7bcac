/** Tells how time passes for a process that only syncs a byte now and then, on this machine as it is now, until it is killed. */
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { config, say } from './speak.ts';

export interface TickerConfig {
  readonly everyMs: number;
  readonly file: string;
}

const { everyMs, file } = config() as TickerConfig;
const descriptor = openSync(file, 'a');

function tick(): void {
  writeSync(descriptor, '.');
  fdatasyncSync(descriptor);
  say('tick');
  setTimeout(tick, everyMs);
}

tick();
