import { readFile } from "node:fs/promises";

/** A file of PGlite's package, or of pgvector's for it: beside this one when both are bundled, else beside the package's own module. @throws Error when there is none. */
export async function pgliteFile(name: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(new URL(`./${name}`, import.meta.url));
  } catch {
    const home = name === "vector.tar.gz" ? "@electric-sql/pglite-pgvector" : "@electric-sql/pglite";
    return readFile(new URL(`./${name}`, import.meta.resolve(home)));
  }
}
