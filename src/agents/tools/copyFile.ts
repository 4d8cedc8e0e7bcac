import { fileCall } from './fileTool.ts';
import { requireString, type Tool } from './tool.ts';

/** Of `direct` only. */
export const copyFile: Tool = {
  name: 'copy_file',
  description: 'Copies a file to a path that must be free.',
  parameters: { from: 'Its path below the working directory.', to: "The copy's whole path." },
  prepare: async (input, { files }) =>
    fileCall(await files.planCopy(requireString(input, 'from'), requireString(input, 'to'))),
};
