import { replaceOnce } from '../../workspace/replaceOnce.ts';
import { fileCall } from './fileTool.ts';
import { requireString, type Tool } from './tool.ts';

export const editFile: Tool = {
  name: 'edit_file',
  description: 'Replaces a text in a file. The old text must occur exactly once.',
  parameters: {
    path: 'Path below the working directory, with /.',
    old_text: 'The text to replace, exactly as it stands in the file.',
    new_text: 'What stands there afterwards.',
  },
  prepare: async (input, { files }) => {
    const path = requireString(input, 'path');
    const oldText = requireString(input, 'old_text');
    const newText = requireString(input, 'new_text');
    return fileCall(await files.planEdit(path, text => replaceOnce(text, oldText, newText, path)));
  },
};
