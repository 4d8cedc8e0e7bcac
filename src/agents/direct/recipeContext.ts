import type { AgentTask } from '../../core/task.ts';
import type { ToolCalls } from '../toolCalls.ts';
import { editFile } from '../tools/editFile.ts';
import { listFiles } from '../tools/listFiles.ts';
import { readFile } from '../tools/readFile.ts';
import { runCommand } from '../tools/runCommand.ts';
import type { Tool, ToolInput, ToolResult } from '../tools/tool.ts';
import { createFile } from '../tools/writeFile.ts';
import type { RecipeContext } from './recipe.ts';
import { failureOf } from './stepFailure.ts';

/** What one recipe can see and do. `stepId` tells at which step it is. Rejects with a `StepFailure`. */
export function createRecipeContext(
  calls: ToolCalls,
  earlier: readonly AgentTask[],
  stepId: () => string,
): RecipeContext {
  const call = async <V>(tool: Tool<V>, input: ToolInput): Promise<ToolResult<V>> => {
    const outcome = await calls.call(tool, input, { stepId: stepId(), isInstruction: true });
    if (outcome.status === 'completed') return outcome.result;
    throw failureOf(outcome);
  };
  return {
    earlier,
    listFiles: async () => (await call(listFiles, { path: '.' })).value,
    readFile: async path => (await call(readFile, { path })).value,
    createFile: async (path, content) => {
      await call(createFile, { path, content });
    },
    editFile: async (path, oldText, newText) => {
      await call(editFile, { path, old_text: oldText, new_text: newText });
    },
    runCommand: async command => {
      const origin = { stepId: stepId(), isInstruction: true };
      const outcome = await calls.call(runCommand, { command }, origin);
      if (outcome.status === 'completed') return outcome.result.value;
      // How a command ends by itself is for the recipe to judge.
      const ended = outcome.status === 'failed' && ['exit_code', 'signal'].includes(outcome.error.code);
      if (ended) return { exitCode: outcome.result?.exitCode ?? null };
      throw failureOf(outcome);
    },
  };
}
