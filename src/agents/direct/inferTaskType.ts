import type { TaskType } from '../../core/task.ts';
import { parseInstructions } from './grammar.ts';
import type { Instruction } from './instruction.ts';

/** What kind of task a text is: that of its instructions when they are all of one kind, else `code`. Pure. */
export function inferTaskType(text: string): TaskType {
  const parsed = parseInstructions(text);
  if (!('instructions' in parsed)) return 'code';
  const [first, ...others] = new Set(parsed.instructions.map(typeOf));
  return first === undefined || others.length > 0 ? 'code' : first;
}

function typeOf({ kind }: Instruction): TaskType {
  switch (kind) {
    case 'command':
      return 'command';
    case 'git':
    case 'commit':
    case 'createBranch':
    case 'switchBranch':
      return 'git';
    case 'recipe':
      return 'code';
    default:
      return 'file';
  }
}
