import { appendLine } from '../../workspace/replaceOnce.ts';
import { fileCall } from './fileTool.ts';
import { requireString, type Tool } from './tool.ts';

/** Of `direct` only: a model writes or edits. */
export const appendToFile: Tool = {
  name: 'append_to_file',
  description: 'Adds a line at the end of a text file that exists.',
  parameters: { path: 'Path below the working directory, with /.', text: 'The line.' },
  prepare: async (input, { files }) => {
    const text = requireString(input, 'text');
    return fileCall(await files.planEdit(requireString(input, 'path'), content => appendLine(content, text)));
  },
};
