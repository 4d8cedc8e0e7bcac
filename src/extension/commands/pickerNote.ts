import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import { plainLabel } from '../show/plainLabel.ts';

/** A row of a picker that is there to be read, whatever is typed. */
export interface PickerNote extends vscode.QuickPickItem {
  readonly target: undefined;
}

export function note(icon: string, text: string): PickerNote {
  return {
    label: plainLabel(inertLine(text)),
    iconPath: new vscode.ThemeIcon(icon),
    alwaysShow: true,
    target: undefined,
  };
}
