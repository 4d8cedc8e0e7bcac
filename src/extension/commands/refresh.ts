import type { App } from '../app.ts';

/** Reads the lists of all folders again. */
export async function refresh(app: App): Promise<void> {
  await Promise.all(app.folders.all.map(folder => folder.reload()));
  app.view.refresh();
  app.stats.refresh();
  app.dashboard.refresh();
}
