/** A model server on this machine. */
export interface ModelServer {
  readonly title: string;
  readonly baseUrl: string;
  /** Names of its models; at most 50. */
  readonly models: readonly string[];
}

const USUAL: readonly (readonly [title: string, port: number])[] = [
  ['Ollama', 11434],
  ['LM Studio', 1234],
  ['vLLM', 8000],
  ['llama.cpp', 8080],
];
const TIMEOUT_MS = 500;
const MAX_BYTES = 1024 * 1024;

/** The model servers that answer on their usual ports on loopback. No key is sent. Never rejects. */
export async function findModelServers(usual = USUAL): Promise<readonly ModelServer[]> {
  const found = await Promise.all(
    usual.map(([title, port]) => ask(title, `http://127.0.0.1:${String(port)}/v1`)),
  );
  return found.filter(server => server !== undefined);
}

async function ask(title: string, baseUrl: string): Promise<ModelServer | undefined> {
  try {
    const answer = await fetch(`${baseUrl}/models`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    if (!answer.ok || !isJson || Number(answer.headers.get('content-length') ?? 0) > MAX_BYTES)
      return undefined;
    const document: unknown = await answer.json();
    const models = modelNames(document);
    return models === undefined ? undefined : { title, baseUrl, models };
  } catch {
    return undefined;
  }
}

function modelNames(document: unknown): readonly string[] | undefined {
  if (
    typeof document !== 'object' ||
    document === null ||
    !('data' in document) ||
    !Array.isArray(document.data)
  )
    return undefined;
  return document.data
    .slice(0, 50)
    .flatMap((model: unknown) =>
      typeof model === 'object' && model !== null && 'id' in model && typeof model.id === 'string'
        ? [model.id]
        : [],
    );
}
