import * as vscode from 'vscode';
import type { HostTool } from '../../agents/model/hostTool.ts';
import { SettingId } from '../contributionIds.ts';

/** Ours: a task that runs tasks would never end. */
const OWN = 'coding-agent_';
/** What models take as a name. */
const USABLE = /^[A-Za-z0-9_-]{1,64}$/;

/** The tools of VS Code and of the user's MCP servers that the person named in their settings. Each use is asked for. */
export function editorTools(): readonly HostTool[] {
  const named = namedTools();
  if (named.length === 0) return [];
  return vscode.lm.tools.filter(({ name }) => isNamed(name, named)).map(toHostTool);
}

function namedTools(): readonly string[] {
  const setting = vscode.workspace.getConfiguration().get<unknown>(SettingId.editorTools);
  return Array.isArray(setting) ? setting.filter(name => typeof name === 'string') : [];
}

/** `NAME`, or `BEGINNING*`. */
export function isNamed(name: string, named: readonly string[]): boolean {
  if (name.startsWith(OWN) || !USABLE.test(name)) return false;
  return named.some(entry => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry));
}

function toHostTool({ name, description, inputSchema }: vscode.LanguageModelToolInformation): HostTool {
  return {
    ...{ name, description, class: 'network' },
    inputSchema: inputSchema ?? { type: 'object', properties: {} },
    invoke: async (input, { signal }) => {
      const source = new vscode.CancellationTokenSource();
      const cancel = (): void => {
        source.cancel();
      };
      signal.addEventListener('abort', cancel);
      try {
        const result = await vscode.lm.invokeTool(
          name,
          { input, toolInvocationToken: undefined },
          source.token,
        );
        return result.content.map(textOf).join('\n');
      } finally {
        signal.removeEventListener('abort', cancel);
        source.dispose();
      }
    },
  };
}

function textOf(part: unknown): string {
  if (part instanceof vscode.LanguageModelTextPart) return part.value;
  return part instanceof vscode.LanguageModelPromptTsxPart ? JSON.stringify(part.value) : '[not a text]';
}
