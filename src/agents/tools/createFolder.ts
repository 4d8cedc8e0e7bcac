import { fileCall } from './fileTool.ts';
import { requireString, type Tool } from './tool.ts';

/** Of `direct` only: a model's files bring their folders along. */
export const createFolder: Tool = {
  name: 'create_folder',
  description: 'Makes a folder and those above it.',
  parameters: { path: 'Path below the working directory, with /.' },
  prepare: async (input, { files }) => fileCall(await files.planFolder(requireString(input, 'path'))),
};
