/** One thing to do, as CONTRACT 8 lists them; `recipe` is any text that a recipe understands. */
export type Instruction =
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'git'; readonly args: readonly string[] }
  | { readonly kind: 'commit'; readonly message: string }
  | { readonly kind: 'createBranch' | 'switchBranch'; readonly branch: string }
  | { readonly kind: 'create' | 'append'; readonly path: string; readonly text: string }
  | { readonly kind: 'replace'; readonly oldText: string; readonly newText: string; readonly path: string }
  | { readonly kind: 'move' | 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'delete' | 'createFolder'; readonly path: string }
  | { readonly kind: 'recipe'; readonly text: string };
