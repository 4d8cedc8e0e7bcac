import { fileCall } from './fileTool.ts';
import { requireString, type Tool } from './tool.ts';

export const deleteFile: Tool = {
  name: 'delete_file',
  description: 'Removes a file, or a folder with everything in it.',
  parameters: { path: 'Path below the working directory, with /.' },
  prepare: async (input, { files }) => fileCall(await files.planDelete(requireString(input, 'path'))),
};
