import { withOneNewline } from '../../workspace/replaceOnce.ts';
import type { CallOutcome, ToolCalls } from '../toolCalls.ts';
import { appendToFile } from '../tools/appendToFile.ts';
import { copyFile } from '../tools/copyFile.ts';
import { createFolder } from '../tools/createFolder.ts';
import { deleteFile } from '../tools/deleteFile.ts';
import { editFile } from '../tools/editFile.ts';
import { gitCommit } from '../tools/gitCommit.ts';
import { moveFile } from '../tools/moveFile.ts';
import { runCommand } from '../tools/runCommand.ts';
import { runGit } from '../tools/runGit.ts';
import { createFile } from '../tools/writeFile.ts';
import type { Instruction } from './instruction.ts';

/** The call that an instruction stands for. */
export function callFor(
  instruction: Exclude<Instruction, { kind: 'recipe' }>,
  calls: ToolCalls,
  stepId: string,
): Promise<CallOutcome<unknown>> {
  const origin = { stepId, isInstruction: true };
  switch (instruction.kind) {
    case 'command':
      return calls.call(runCommand, { command: instruction.command }, origin);
    case 'git':
      return calls.call(runGit, { args: instruction.args }, origin);
    case 'commit':
      return calls.call(gitCommit, { message: instruction.message }, origin);
    case 'createBranch':
      return calls.call(runGit, { args: ['branch', instruction.branch] }, origin);
    case 'switchBranch':
      return calls.call(runGit, { args: ['switch', instruction.branch] }, origin);
    case 'create':
      return calls.call(
        createFile,
        { path: instruction.path, content: withOneNewline(instruction.text) },
        origin,
      );
    case 'append':
      return calls.call(appendToFile, { path: instruction.path, text: instruction.text }, origin);
    case 'replace': {
      const { path, oldText, newText } = instruction;
      return calls.call(editFile, { path, old_text: oldText, new_text: newText }, origin);
    }
    case 'move':
      return calls.call(moveFile, { from: instruction.from, to: instruction.to }, origin);
    case 'copy':
      return calls.call(copyFile, { from: instruction.from, to: instruction.to }, origin);
    case 'delete':
      return calls.call(deleteFile, { path: instruction.path }, origin);
    case 'createFolder':
      return calls.call(createFolder, { path: instruction.path }, origin);
  }
}
