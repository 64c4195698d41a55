import { pathsMatching } from "../discover/glob.ts";
import { UserError } from "../errors.ts";
import type { Relation } from "../model/catalog.ts";
import type { SetupChoices, SetupFacts } from "../model/setup.ts";
import { capturable } from "../setup/captured.ts";

/** What the flags of init say; null or empty: the default, or a question. */
export interface InitFlags {
  readonly name: string | null;
  readonly topicPrefix: string | null;
  readonly slot: string | null;
  readonly publication: string | null;
  readonly role: string | null;
  readonly schema: string | null;
  /** Globs over `schema.table`. */
  readonly tables: readonly string[];
  readonly snapshotMode: "initial" | "no_data" | null;
  readonly heartbeat: number | null;
  readonly registry: string | null;
}

/** Whom to ask; null takes every default. */
export interface Questions {
  readonly text: (message: string, fallback: string) => Promise<string>;
  readonly tables: (all: readonly Relation[], preset: readonly Relation[]) => Promise<readonly Relation[]>;
  readonly snapshot: (fallback: SetupChoices["snapshot"]) => Promise<SetupChoices["snapshot"]>;
}

export interface InitSurroundings {
  readonly facts: SetupFacts;
  /** Name of the folder, for want of a better name. */
  readonly folder: string;
  readonly database: SetupChoices["database"] | null;
  readonly postgresVersion: number | null;
}

/** Flags before answers before defaults. @throws UserError USAGE for names that PostgreSQL or Kafka would refuse */
export async function choose(
  flags: InitFlags,
  { facts, folder, database, postgresVersion }: InitSurroundings,
  ask: Questions | null,
): Promise<SetupChoices> {
  const all = capturable(facts.catalog);
  if (all.length === 0) throw new UserError("USAGE", "there is no table to capture: the migrations (or the database) have none");
  const preset = flags.tables.length === 0 ? all : matching(all, flags.tables);
  const tables = ask === null || flags.tables.length > 0 ? preset : await ask.tables(all, preset);
  const question = async (flag: string | null, message: string, fallback: string): Promise<string> =>
    flag ?? (ask === null ? fallback : await ask.text(message, fallback));
  const prefix = await question(flags.topicPrefix, "First part of every topic (topic.prefix)", plainName(database?.name ?? folder, "-"));
  const name = await question(flags.name, "Name of the connector", prefix);
  const { server } = facts;
  const slot = await question(flags.slot, "Replication slot", free(plainName(name, "_"), server?.slots ?? []));
  const publication = await question(flags.publication, "Publication", free(plainName(name, "_"), server?.publications ?? []));
  const role = await question(flags.role, "Role that the connector logs in as", `${plainName(name, "_")}_cdc`);
  const snapshot = flags.snapshotMode ?? (ask === null ? "initial" : await ask.snapshot("initial"));
  refuseBad({ topicPrefix: prefix, name, slot, publication, role });
  refuseTaken("slot", slot, server?.slots ?? []);
  refuseTaken("publication", publication, server?.publications ?? []);
  return {
    name,
    topicPrefix: prefix,
    slot,
    publication,
    role,
    schema: flags.schema ?? "public",
    tables,
    snapshot,
    heartbeatSeconds: flags.heartbeat ?? 10,
    database: database ?? { host: "localhost", port: 5432, name: plainName(folder, "_") },
    registryUrl: flags.registry,
    postgresVersion: server === null ? postgresVersion : Math.floor(server.versionNumber / 10_000),
  };
}

/** `schema.table`, as the user names it. */
export const nameOf = ({ schema, name }: Relation): string => `${schema}.${name}`;

function matching(all: readonly Relation[], globs: readonly string[]): readonly Relation[] {
  const sources = all.map((relation) => ({ path: nameOf(relation), text: "" }));
  for (const glob of globs) {
    if (pathsMatching(sources, [glob]).size > 0) continue;
    throw new UserError(
      "USAGE",
      `--table ${glob}: no table has that name; there are ${all.slice(0, 8).map(nameOf).join(", ")}${all.length > 8 ? " …" : ""}`,
    );
  }
  const chosen = pathsMatching(sources, globs);
  return all.filter((relation) => chosen.has(nameOf(relation)));
}

/** Lower case letters, digits and the joint, as slots, publications and topics all allow. */
function plainName(text: string, joint: "_" | "-"): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, joint)
    .replaceAll(/^[-_]+|[-_]+$/g, "");
  return plain === "" ? "shop" : plain.slice(0, 40);
}

/** A slot has one reader, so the name must be new. */
function free(name: string, taken: readonly string[]): string {
  let number = 1;
  let candidate = name;
  while (taken.includes(candidate)) {
    number += 1;
    candidate = `${name}_${number}`;
  }
  return candidate;
}

function refuseTaken(what: "slot" | "publication", name: string, taken: readonly string[]): void {
  if (taken.includes(name))
    throw new UserError("USAGE", `the database has a ${what} "${name}" already; choose another name with --${what}`);
}

const shapes: readonly (readonly [keyof SetupChoices & string, RegExp, string])[] = [
  ["topicPrefix", /^[A-Za-z0-9._-]{1,100}$/, "--topic-prefix takes letters, digits, dots, dashes and underscores"],
  ["name", /^[^/\\?#\s]{1,200}$/, "--name takes no slash and no space, as it is part of Kafka Connect's URLs"],
  ["slot", /^[a-z0-9_]{1,63}$/, "--slot takes lower case letters, digits and underscores, at most 63 (PostgreSQL's rule)"],
  ["publication", /^.{1,63}$/, "--publication takes at most 63 characters"],
  ["role", /^.{1,63}$/, "--role takes at most 63 characters"],
];

function refuseBad(names: Pick<SetupChoices, "topicPrefix" | "name" | "slot" | "publication" | "role">): void {
  const byName: Readonly<Record<string, string>> = names;
  for (const [key, shape, message] of shapes) {
    const value = byName[key] ?? "";
    if (!shape.test(value)) throw new UserError("USAGE", `${message}; "${value}" is something else`);
  }
}
