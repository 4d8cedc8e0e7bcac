/** Something that must be released exactly once by its owner. `dispose` is idempotent and never throws. */
export interface Disposable {
  dispose(): void;
}

/** Makes a disposable that runs `release` on the first `dispose` only. */
export function toDisposable(release: () => void): Disposable {
  let released = false;
  return {
    dispose() {
      if (released) return;
      released = true;
      release();
    },
  };
}

/** Owns disposables and releases them last-in first-out. What is added after disposal is released at once. */
export class DisposableList implements Disposable {
  readonly #items: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const item of this.#items.splice(0).reverse()) item.dispose();
  }
}
