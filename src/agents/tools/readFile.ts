import { firstBytes } from '../../core/text.ts';
import { requireString, type Tool } from './tool.ts';

const MAX_SHOWN_BYTES = 256 * 1024;

/** The value is the whole text; `undefined` when there is no such file. */
export const readFile: Tool<string | undefined> = {
  name: 'read_file',
  description: 'Gives the text of a file, its first 256 KB when it is larger.',
  parameters: { path: 'Path below the working directory, with /.' },
  prepare: async (input, { files }) => {
    const path = requireString(input, 'path');
    const exists = await files.exists(path);
    return {
      class: 'read',
      subject: () => `Read ${path}`,
      act: async () => {
        if (!exists) return { value: undefined, text: `There is no file ${path}.`, detail: 'no such file' };
        const value = await files.readText(path);
        const text = firstBytes(value, MAX_SHOWN_BYTES);
        const note =
          text.length < value.length ? `\n[cut: ${value.length - text.length} more characters]` : '';
        return { value, text: text + note, detail: `${Buffer.byteLength(value)} bytes` };
      },
    };
  },
};
