import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { HostTool } from '../../agents/model/hostTool.ts';
import { inertLine } from '../../core/inertText.ts';

const MAX_LINES = 200;

/** The problems that VS Code and its extensions see in the working directory. */
export const diagnosticsTool: HostTool = {
  name: 'diagnostics',
  description:
    'Gives the errors and warnings that the editor shows, a line each: path:line:column severity message. At most 200.',
  inputSchema: {
    type: 'object',
    properties: {
      path: {
        type: 'string',
        description: 'File or folder below the working directory, with /; "." for all of it.',
      },
    },
    required: ['path'],
    additionalProperties: false,
  },
  class: 'read',
  invoke: (input, { root }) => {
    const path = 'path' in input && typeof input.path === 'string' ? input.path : '.';
    return Promise.resolve(diagnosticsText(vscode.languages.getDiagnostics(), root, path));
  },
};

/** What is outside of `root` is left out. */
export function diagnosticsText(
  all: readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[],
  root: string,
  path: string,
): string {
  const wanted = path.replace(/^\.\/|\/+$/g, '');
  const lines = all.flatMap(([uri, diagnostics]) => {
    const name = uri.scheme === 'file' ? relative(root, uri.fsPath).split(sep).join('/') : '..';
    const isInside = name !== '' && name !== '..' && !name.startsWith('../');
    const isWanted = wanted === '.' || wanted === '' || name === wanted || name.startsWith(`${wanted}/`);
    return isInside && isWanted ? diagnostics.map(diagnostic => lineOf(name, diagnostic)) : [];
  });
  if (lines.length === 0)
    return 'The editor shows no problems there. It knows of files that it has looked at.';
  const more = lines.length - MAX_LINES;
  return [...lines.slice(0, MAX_LINES), ...(more > 0 ? [`[${String(more)} more]`] : [])].join('\n');
}

function lineOf(name: string, { range, severity, message, source, code }: vscode.Diagnostic): string {
  const level = ['error', 'warning', 'information', 'hint'][severity] ?? 'information';
  const { line, character } = range.start;
  const value = typeof code === 'object' ? code.value : code;
  const by = [source, value].filter(part => part !== undefined).join(' ');
  const at = `${name}:${String(line + 1)}:${String(character + 1)}`;
  return inertLine(`${at} ${level} ${message}${by === '' ? '' : ` (${by})`}`);
}
