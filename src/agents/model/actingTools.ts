import { deleteFile } from '../tools/deleteFile.ts';
import { editFile } from '../tools/editFile.ts';
import { listFiles } from '../tools/listFiles.ts';
import { moveFile } from '../tools/moveFile.ts';
import { readFile } from '../tools/readFile.ts';
import { commandOrGitReading } from '../tools/gitReading.ts';
import { searchFiles } from '../tools/searchFiles.ts';
import type { Tool } from '../tools/tool.ts';
import { writeFile } from '../tools/writeFile.ts';

/** The tools of CONTRACT 8 that act, each through the permission broker. */
export const ACTING_TOOLS: ReadonlyMap<string, Tool<unknown>> = new Map(
  [readFile, writeFile, editFile, listFiles, searchFiles, moveFile, deleteFile, commandOrGitReading].map(
    known => [known.name, known as Tool<unknown>] as const,
  ),
);
