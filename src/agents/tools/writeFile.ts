import { fileCall } from './fileTool.ts';
import { requireString, type Tool } from './tool.ts';

export const writeFile: Tool = {
  name: 'write_file',
  description: 'Creates a text file, or replaces all of its content. Folders above it are made.',
  parameters: { path: 'Path below the working directory, with /.', content: 'The whole text.' },
  prepare: async (input, { files }) =>
    fileCall(await files.planWrite(requireString(input, 'path'), requireString(input, 'content'))),
};

/** The same for what must not exist yet: `direct` and recipes overwrite nothing. */
export const createFile: Tool = {
  ...writeFile,
  description: 'Creates a text file. Refused when there is one.',
  prepare: async (input, { files }) =>
    fileCall(await files.planCreate(requireString(input, 'path'), requireString(input, 'content'))),
};
