/** Tools of ours that write files, and know exactly what. Whatever else ran may have changed anything. */
export const OWN_FILE_TOOLS: ReadonlySet<string> = new Set([
  ...['write_file', 'edit_file', 'append_to_file', 'copy_file', 'move_file', 'delete_file', 'create_folder'],
]);

/** Tools that change no file. */
export const READING_TOOLS: ReadonlySet<string> = new Set([
  ...['read_file', 'list_files', 'search_files', 'update_plan', 'ask_user', 'message', 'instructions'],
]);
