/**
 * One file that differs between the merge base and the working tree. Paths as in Source. `before` is the file's text at the merge base;
 * null when it was not readable UTF-8 text.
 */
export type GitChange =
  | { readonly kind: "added"; readonly path: string }
  | { readonly kind: "modified"; readonly path: string; readonly before: string | null }
  | { readonly kind: "deleted"; readonly path: string; readonly before: string | null }
  /** `similarity` in percent, as `git diff --find-renames` tells it; 100: the text is the same. */
  | {
      readonly kind: "renamed";
      readonly path: string;
      readonly from: string;
      readonly similarity: number;
      readonly before: string | null;
    };
