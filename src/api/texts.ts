import { docsPage } from './docs.ts';
import { openApiDocument } from './openapi.ts';
import type { Route, Services } from './route.ts';

/** What a server says of itself. Each text is made when it is first asked for: most servers never are. */
export function createTexts(routes: readonly Route[]): Services['texts'] {
  let openApi: string | undefined;
  let docs: Services['texts']['docs'] | undefined;
  return {
    get openApi() {
      return (openApi ??= JSON.stringify(openApiDocument(routes)));
    },
    get docs() {
      return (docs ??= docsPage(routes));
    },
  };
}
