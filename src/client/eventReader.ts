/** A server-sent event. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** The server-sent events of a body, as they come. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  // Not every browser can iterate over a stream.
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    pending += decoder.decode(value, { stream: true });
    const blocks = pending.split('\n\n');
    pending = blocks.pop() ?? '';
    for (const block of blocks) {
      const found = parseBlock(block);
      if (found.data !== '') yield found;
    }
  }
}

function parseBlock(block: string): ServerEvent {
  const values = new Map<string, string[]>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon);
    values.set(name, [...(values.get(name) ?? []), line.slice(colon + 1).replace(/^ /, '')]);
  }
  const of = (name: string): string => values.get(name)?.join('\n') ?? '';
  return { id: of('id'), event: of('event') || 'message', data: of('data') };
}
