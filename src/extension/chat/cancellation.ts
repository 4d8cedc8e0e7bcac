import type * as vscode from 'vscode';

/** A signal that follows a token of VS Code until the result is disposed. */
export function signalOf(token: vscode.CancellationToken): {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
} {
  const controller = new AbortController();
  const subscription = token.onCancellationRequested(() => {
    controller.abort();
  });
  if (token.isCancellationRequested) controller.abort();
  return {
    signal: controller.signal,
    dispose: () => {
      subscription.dispose();
    },
  };
}
