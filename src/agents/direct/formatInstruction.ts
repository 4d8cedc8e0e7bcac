import { joinArguments } from '../../workspace/gitArguments.ts';
import type { Instruction } from './instruction.ts';

/** An instruction in the words of the grammar: parsing them gives the instruction again. */
export function formatInstruction(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'create':
      return `${titleOf(instruction)} with content: ${instruction.text}`;
    case 'append':
      return `append to ${quoted(instruction.path)}: ${instruction.text}`;
    default:
      return titleOf(instruction);
  }
}

/** An instruction as a plan step is called: without the text that it writes. */
export function titleOf(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'command':
      return `$ ${instruction.command}`;
    case 'git':
      return `git: ${joinArguments(instruction.args)}`;
    case 'commit':
      return `commit all changes with message ${quoted(instruction.message, true)}`;
    case 'createBranch':
      return `create branch ${quoted(instruction.branch)}`;
    case 'switchBranch':
      return `switch to branch ${quoted(instruction.branch)}`;
    case 'create':
      return `create file ${quoted(instruction.path)}`;
    case 'append':
      return `append to ${quoted(instruction.path)}`;
    case 'replace':
      return `replace ${quoted(instruction.oldText, true)} with ${quoted(instruction.newText, true)} in ${quoted(instruction.path)}`;
    case 'move':
    case 'copy':
      return `${instruction.kind} ${quoted(instruction.from)} to ${quoted(instruction.to)}`;
    case 'delete':
      return `delete ${quoted(instruction.path)}`;
    case 'createFolder':
      return `create folder ${quoted(instruction.path)}`;
    case 'recipe':
      return instruction.text;
  }
}

/** In quotes when it must be, or always. */
function quoted(text: string, always = false): string {
  if (!always && text !== '' && !/[\s":\\]/.test(text)) return text;
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}
