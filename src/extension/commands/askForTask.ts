import * as vscode from 'vscode';
import { DisposableList } from '../../core/disposable.ts';
import { messageOf } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import { parseAgent, parseTaskText } from '../../core/input.ts';
import { TASK_TYPES, type TaskType } from '../../core/task.ts';
import type { App } from '../app.ts';
import { CommandId, ContextKey } from '../contributionIds.ts';
import { setContextKey } from '../contextKeys.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { sessionTitle } from '../show/sessionWords.ts';

const REMEMBERED_SESSIONS = 10;
const REMEMBERED_TASKS = 50;

export interface AskedTask {
  readonly task: string;
  readonly type?: TaskType | undefined;
  readonly agent?: string | undefined;
}

/** Asks what to do: one line of text. Arrow-up offers earlier tasks; the gear chooses type and agent. */
export function askForTask(app: App): Promise<AskedTask | undefined> {
  const scope = new DisposableList();
  const input = scope.add(vscode.window.createInputBox());
  let options: Pick<AskedTask, 'type' | 'agent'> = {};
  let isElsewhere = false;
  const history = {
    iconPath: new vscode.ThemeIcon('history'),
    tooltip: vscode.l10n.t('Earlier tasks (Arrow Up)'),
  };
  const gear = { iconPath: new vscode.ThemeIcon('gear'), tooltip: vscode.l10n.t('Type and agent') };
  input.title = vscode.l10n.t('Run Task');
  input.placeholder = vscode.l10n.t('for example: Create a new React component called UserProfile');
  input.buttons = [history, gear];
  input.prompt = promptFor(app, options);

  /** Another picker closes the input box; it comes back with what was typed. */
  const aside = async (ask: () => Promise<void>): Promise<void> => {
    isElsewhere = true;
    try {
      await ask();
    } finally {
      isElsewhere = false;
      input.prompt = promptFor(app, options);
      input.show();
    }
  };
  const askHistory = (): Promise<void> =>
    aside(async () => {
      input.value = (await pickEarlierTask(app)) ?? input.value;
    });
  const askOptions = (): Promise<void> =>
    aside(async () => {
      options = (await pickOptions(options)) ?? options;
    });

  return new Promise(resolve => {
    scope.add(vscode.commands.registerCommand(CommandId.showTaskHistory, askHistory));
    scope.add(
      input.onDidTriggerButton(button => {
        void (button === gear ? askOptions() : askHistory());
      }),
    );
    scope.add(
      input.onDidChangeValue(() => {
        input.validationMessage = undefined;
      }),
    );
    scope.add(
      input.onDidAccept(() => {
        const problem = taskProblem(input.value);
        input.validationMessage = problem;
        if (problem !== undefined) return;
        resolve({ task: input.value, ...options });
        input.hide();
      }),
    );
    scope.add(
      input.onDidHide(() => {
        setContextKey(ContextKey.askingForTask, false);
        if (isElsewhere) return;
        resolve(undefined);
        scope.dispose();
      }),
    );
    setContextKey(ContextKey.askingForTask, true);
    input.show();
  });
}

function taskProblem(value: string): string | undefined {
  try {
    parseTaskText(value);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function promptFor(app: App, { type, agent }: Pick<AskedTask, 'type' | 'agent'>): string {
  const current = app.folders.active?.current;
  const where =
    current === undefined
      ? vscode.l10n.t('What to do? A new session is made for it.')
      : vscode.l10n.t('What to do in “{0}”?', sessionTitle(current));
  const chosen = [type, agent].filter(part => part !== undefined);
  return chosen.length === 0 ? where : `${where} (${chosen.join(', ')})`;
}

/** Texts of the newest tasks, as the ledger has them. */
async function pickEarlierTask(app: App): Promise<string | undefined> {
  const folder = app.folders.requireActive();
  const sessions = await folder.sessions();
  const newest = await sessions.listSessions({ limit: REMEMBERED_SESSIONS });
  const texts = new Set<string>();
  for (const { sessionId } of newest) {
    const tasks = await sessions.listTasks(sessionId).catch(() => []);
    for (const task of tasks.toReversed()) if (texts.size < REMEMBERED_TASKS) texts.add(task.description);
  }
  const items = [...texts].map(text => ({ label: plainLabel(inertLine(text)), text }));
  const placeHolder =
    items.length === 0 ? vscode.l10n.t('No task was run yet.') : vscode.l10n.t('Which earlier task?');
  const title = vscode.l10n.t('Earlier Tasks');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.text;
}

async function pickOptions(
  before: Pick<AskedTask, 'type' | 'agent'>,
): Promise<Pick<AskedTask, 'type' | 'agent'> | undefined> {
  const automatic = { label: vscode.l10n.t('Automatic'), value: undefined };
  const types: { label: string; value: TaskType | undefined }[] = [
    automatic,
    ...TASK_TYPES.map(type => ({ label: type, value: type })),
  ];
  const type = await vscode.window.showQuickPick(types, { title: vscode.l10n.t('Type of the Task') });
  if (type === undefined) return undefined;
  const agent = await vscode.window.showInputBox({
    title: vscode.l10n.t('Agent'),
    value: before.agent ?? 'auto',
    prompt: vscode.l10n.t('auto, direct, model or acp:NAME'),
    validateInput: agentProblem,
  });
  if (agent === undefined) return undefined;
  return { type: type.value, agent: agent === 'auto' ? undefined : agent };
}

function agentProblem(value: string): string | undefined {
  try {
    parseAgent(value);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
