import type { LanguageModel } from 'ai';

/** A model as the loop takes it: never a name, which would go to a service on the network. */
export type ProviderModel = Extract<LanguageModel, { readonly specificationVersion: 'v4' }>;

export interface HostModelInfo {
  /** As in `model.model`. */
  readonly id: string;
  readonly title: string;
}

/** The models of the editor that we run in (`vscode.lm`). */
export interface HostModel {
  /** The chosen model; rejects with an `Error` whose message says what is missing and what to do. */
  open(name: string | undefined): Promise<ProviderModel>;
  /** What there is to choose from. Never rejects. */
  list(): Promise<readonly HostModelInfo[]>;
}
