import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);

// Bundled CommonJS still asks for these three.
const banner = `import { createRequire as __createRequire } from "node:module";
import { fileURLToPath as __fileURLToPath } from "node:url";
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL(".", import.meta.url));`;

/**
 * Bundles the Action into a folder that runs without node_modules: index.js, the worker of the in-process PostgreSQL, and beside them
 * what their packages load by path: WebAssembly, PGlite's files and its extensions.
 */
export async function bundleAction(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { index: "src/action.ts", "pglite-worker": "src/io/engine/pglite-worker.ts" },
    outdir,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node24",
    minify: true,
    legalComments: "linked",
    // `pg` tries this native driver and goes on without it.
    external: ["pg-native"],
    // Its main file is UMD, whose inner requires no bundler sees.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    chunkNames: "chunk-[hash]",
    banner: { js: banner },
    logLevel: "error",
  });
  await copyBeside(outdir);
}

async function copyBeside(outdir: string): Promise<void> {
  for (const home of ["@electric-sql/pglite", "@electric-sql/pglite-pgvector"]) {
    const folder = dirname(require.resolve(home));
    const names = (await readdir(folder)).filter((name) => /\.(wasm|data|tar\.gz)$/.test(name));
    await Promise.all(names.map((name) => cp(join(folder, name), join(outdir, name))));
  }
  const libPgQuery = join(root, "node_modules/libpg-query/wasm/libpg-query.wasm");
  await cp(libPgQuery, join(outdir, "libpg-query.wasm"));
}
