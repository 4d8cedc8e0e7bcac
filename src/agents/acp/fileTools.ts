import { readFile } from '../tools/readFile.ts';
import type { Tool } from '../tools/tool.ts';
import { writeFile } from '../tools/writeFile.ts';

/** What an agent reads and writes files with when it does so through us. */
export interface FileTools {
  readonly readFile: Tool<string | undefined>;
  readonly writeFile: Tool;
}

export const FILE_TOOLS: FileTools = { readFile, writeFile };
