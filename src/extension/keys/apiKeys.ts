import type * as vscode from 'vscode';
import type { ModelSettings } from '../../agents/model/modelSettings.ts';
import type { Logger } from '../../core/logger.ts';
import { isKeyPlace, isSamePlace, type KeyPlace, keyPlaceOf, requireSafePlace } from './keyPlace.ts';

const PLACES = 'keyPlaces';

/**
 * The keys of model providers, in VS Code's SecretStorage and nowhere else. For which servers there is one is remembered
 * beside, because the storage lists nothing.
 */
export class ApiKeys {
  readonly #secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>;
  readonly #memento: Pick<vscode.Memento, 'get' | 'update'>;
  readonly #logger: Logger;

  constructor(
    secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>,
    memento: Pick<vscode.Memento, 'get' | 'update'>,
    logger: Logger,
  ) {
    this.#secrets = secrets;
    this.#memento = memento;
    this.#logger = logger;
  }

  /** The servers that a key was entered for. */
  get places(): readonly KeyPlace[] {
    const kept = this.#memento.get<unknown>(PLACES);
    return Array.isArray(kept) ? kept.filter(isKeyPlace) : [];
  }

  /** The key for these settings. Never rejects: what cannot be read is not there. */
  async keyFor(settings: ModelSettings): Promise<string | undefined> {
    const place = keyPlaceOf(settings);
    if (place === undefined) return undefined;
    try {
      return await this.#secrets.get(secretName(place));
    } catch (error) {
      this.#logger.error(`The key for ${place.origin} could not be read.`, error);
      return undefined;
    }
  }

  /** Rejects with `invalid_input` for a server to which it would travel unencrypted. */
  async set(place: KeyPlace, key: string): Promise<void> {
    requireSafePlace(place);
    await this.#secrets.store(secretName(place), key);
    const others = this.places.filter(known => !isSamePlace(known, place));
    await this.#memento.update(PLACES, [...others, place]);
  }

  async clear(place: KeyPlace): Promise<void> {
    await this.#secrets.delete(secretName(place));
    await this.#memento.update(
      PLACES,
      this.places.filter(known => !isSamePlace(known, place)),
    );
  }
}

function secretName({ provider, origin }: KeyPlace): string {
  return `codingAgent.key ${provider} ${origin}`;
}
