import { inertLine } from '../../core/inertText.ts';
import { byteLength, firstBytes } from '../../core/text.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import type { ActionClass } from '../permissionRequest.ts';
import type { Tool } from '../tools/tool.ts';

const MAX_INPUT_BYTES = 16 * 1024;
const MAX_SHOWN_BYTES = 256 * 1024;

/** A tool of the editor that we run in, such as one of the user's MCP servers. */
export interface HostTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly inputSchema: object;
  /** `read`: it only looks, at this workspace. Anything that is not known to is `network`: asked for each time. */
  readonly class: Extract<ActionClass, 'read' | 'network'>;
  /** Resolves with text for the model; `root` is the working directory. Rejects with an `Error` whose message helps a model. */
  invoke(input: object, context: { readonly root: string; readonly signal: AbortSignal }): Promise<string>;
}

/** A tool of the editor as one of ours: on record, through the permission broker, with a bounded result. */
export function toTool(host: HostTool): Tool<unknown> {
  const { name, description, inputSchema } = host;
  return {
    ...{ name, description, parameters: {}, inputSchema },
    prepare: (input, { files, signal }) => {
      const shown = JSON.stringify(input, undefined, 2);
      if (byteLength(shown) > MAX_INPUT_BYTES) {
        throw new WorkspaceError(
          'invalid_input',
          'The arguments are too large. Nothing was done. Give less.',
        );
      }
      return Promise.resolve({
        class: host.class,
        title: `Using ${inertLine(name)}`,
        subject: () => `${name} ${shown}`,
        act: async call => {
          const whole = await invoke(host, input, { root: files.root, signal });
          const text = firstBytes(whole, MAX_SHOWN_BYTES);
          await call.output(text);
          const note = text.length < whole.length ? '\n[cut]' : '';
          return { value: undefined, text: text + note, detail: `${String(byteLength(whole))} bytes` };
        },
      });
    },
  };
}

async function invoke(
  host: HostTool,
  input: object,
  context: { readonly root: string; readonly signal: AbortSignal },
): Promise<string> {
  try {
    return await host.invoke(input, context);
  } catch (error) {
    if (context.signal.aborted) throw new WorkspaceError('cancelled', 'The task was cancelled.', error);
    const message = error instanceof Error ? error.message : String(error);
    throw new WorkspaceError('tool_failed', `${host.name} failed: ${firstBytes(message, 2000)}`, error);
  }
}
