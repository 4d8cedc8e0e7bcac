import * as vscode from 'vscode';
import { hostedProviders } from '../../agents/model/hostedProviders.ts';
import { invalidInput, SessionError } from '../../core/errors.ts';
import type { App } from '../app.ts';
import { isSamePlace, type KeyPlace, keyPlaceOf, requireSafePlace } from '../keys/keyPlace.ts';
import { type Arguments, type Call, requiredText, textArgument } from './call.ts';

/** `setApiKey({provider?, baseUrl?})`: the key itself is always typed by the person, and never an argument. */
export async function setApiKey(app: App, call: Call): Promise<void> {
  const place = call.args === undefined ? await pickPlace() : placeOf(call.args);
  if (place !== undefined) await enterKey(app, place);
}

/** `clearApiKey({provider, baseUrl?})`; by hand it asks which. */
export async function clearApiKey(app: App, call: Call): Promise<void> {
  const { l10n } = vscode;
  const { places } = app.keys;
  if (call.args !== undefined) {
    const place = placeOf(call.args);
    if (places.some(known => isSamePlace(known, place))) await app.keys.clear(place);
    else throw new SessionError('not_found', l10n.t('There is no key for {0}.', place.origin));
    return;
  }
  if (places.length === 0)
    throw new SessionError('not_found', l10n.t('No key is kept. Set API Key keeps one.'));
  const items = places.map(place => ({ label: place.origin, description: place.provider, place }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t('Clear API Key'),
    placeHolder: l10n.t('Which key is to be removed? There is no way back.'),
  });
  if (chosen === undefined) return;
  await app.keys.clear(chosen.place);
  vscode.window.setStatusBarMessage(l10n.t('$(key) The key for {0} was removed.', chosen.place.origin), 5000);
}

/** Asks for the key; resolves with whether one was entered. What is typed is shown as dots and kept nowhere else. */
export async function enterKey(app: App, place: KeyPlace): Promise<boolean> {
  const { l10n } = vscode;
  requireSafePlace(place);
  const key = await vscode.window.showInputBox({
    title: l10n.t('API key for {0}', place.origin),
    prompt: l10n.t('It is kept in VS Code’s secret storage, and sent to this server only.'),
    password: true,
    ignoreFocusOut: true,
    validateInput: value => keyProblem(value),
  });
  if (key === undefined) return false;
  await app.keys.set(place, key.trim());
  vscode.window.setStatusBarMessage(l10n.t('$(key) The key for {0} is kept.', place.origin), 5000);
  return true;
}

function keyProblem(value: string): string | undefined {
  const key = value.trim();
  if (key === '') return vscode.l10n.t('Type or paste the key. Escape keeps what there is.');
  // It goes into a header.
  return /^[\x21-\x7e]+$/.test(key) ? undefined : vscode.l10n.t('A key has no spaces and no line ends.');
}

async function pickPlace(): Promise<KeyPlace | undefined> {
  const { l10n } = vscode;
  const known = hostedProviders.flatMap(({ title, settings }) => {
    const place = keyPlaceOf(settings);
    return place === undefined ? [] : [{ label: title, description: place.origin, place }];
  });
  const other = {
    label: l10n.t('Another server…'),
    description: l10n.t('OpenAI-compatible'),
    place: undefined,
  };
  const chosen = await vscode.window.showQuickPick([...known, other], {
    title: l10n.t('Set API Key'),
    placeHolder: l10n.t('Whose key? It is sent to that server only.'),
  });
  if (chosen === undefined || chosen.place !== undefined) return chosen?.place;
  const baseUrl = await vscode.window.showInputBox({
    title: l10n.t('Address of the server'),
    placeHolder: 'https://models.example.com/v1',
    validateInput: value =>
      /^https?:\/\//.test(value) && URL.canParse(value) ? undefined : l10n.t('An address with https://'),
  });
  return baseUrl === undefined ? undefined : keyPlaceOf({ provider: 'openai-compatible', baseUrl });
}

function placeOf(args: Arguments): KeyPlace {
  const provider = requiredText(args, 'provider');
  if (provider !== 'anthropic' && provider !== 'openai-compatible')
    throw invalidInput('provider', 'The provider is anthropic or openai-compatible.');
  const place = keyPlaceOf({ provider, baseUrl: textArgument(args, 'baseUrl') });
  if (place === undefined) throw invalidInput('baseUrl', 'baseUrl is the address of the server.');
  return place;
}
