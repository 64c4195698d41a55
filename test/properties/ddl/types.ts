import { defaultFor, typeFor } from "./columns.ts";
import { freshName, literal, one, plainName, quoted, some, typeReference, userTypes } from "./scene.ts";
import type { Make } from "./scene.ts";

const createEnum: Make = (scene) =>
  `CREATE TYPE ${quoted(freshName(scene))} AS ENUM (${some(scene, "'a'", "'a', 'b c', 'd''e'", "'größe', 'A', 'a', ''", "")})`;

const alterEnum: Make = (scene) => {
  const type = one(userTypes(scene, "enum"), scene);
  if (type === null) return null;
  const label = literal(one(type.labels, scene)?.label ?? "a");
  const added = literal(freshName(scene).slice(0, 20));
  const name = typeReference(type);
  return some(
    scene,
    `ALTER TYPE ${name} ADD VALUE ${added}`,
    `ALTER TYPE ${name} ADD VALUE ${added} BEFORE ${label}`,
    `ALTER TYPE ${name} ADD VALUE IF NOT EXISTS ${label}`,
    `ALTER TYPE ${name} ADD VALUE IF NOT EXISTS ${added} AFTER ${label}`,
    `ALTER TYPE ${name} RENAME VALUE ${label} TO ${added}`,
  );
};

const createDomain: Make = (scene) => {
  const { type } = typeFor(scene);
  const tail = some(
    scene,
    "",
    " NOT NULL",
    " CHECK (VALUE IS NOT NULL)",
    ` CONSTRAINT ${plainName(scene, "con")} CHECK (VALUE IS NOT NULL) NOT NULL`,
    ` DEFAULT ${defaultFor(scene)}`,
    " NULL",
  );
  return `CREATE DOMAIN ${quoted(freshName(scene))} AS ${type}${tail}`;
};

const alterDomain: Make = (scene) => {
  const type = one(userTypes(scene, "domain"), scene);
  if (type === null) return null;
  const check = quoted(one(type.checks, scene)?.name ?? "none");
  const change = some(
    scene,
    "SET NOT NULL",
    "DROP NOT NULL",
    `SET DEFAULT ${defaultFor(scene)}`,
    "DROP DEFAULT",
    `ADD CONSTRAINT ${plainName(scene, "con")} CHECK (VALUE::text <> 'x') NOT VALID`,
    "ADD CHECK (VALUE IS NOT NULL)",
    `ADD CONSTRAINT ${plainName(scene, "con")} NOT NULL`,
    `DROP CONSTRAINT ${check} CASCADE`,
    `RENAME CONSTRAINT ${check} TO ${quoted(freshName(scene))}`,
    `VALIDATE CONSTRAINT ${check}`,
  );
  return `ALTER DOMAIN ${typeReference(type)} ${change}`;
};

const createComposite: Make = (scene) =>
  `CREATE TYPE ${quoted(freshName(scene))} AS (a ${typeFor(scene).type}, "B" text${some(scene, "", `, ${quoted(freshName(scene))} ${typeFor(scene).type}`)})`;

const alterComposite: Make = (scene) => {
  const type = one(userTypes(scene, "composite"), scene);
  const attribute = quoted(one(type?.attributes ?? [], scene)?.name ?? "a");
  if (type === null) return null;
  const changes = [
    `ADD ATTRIBUTE ${quoted(freshName(scene))} ${typeFor(scene).type}`,
    `DROP ATTRIBUTE ${attribute}`,
    `DROP ATTRIBUTE IF EXISTS ${attribute}`,
    `ALTER ATTRIBUTE ${attribute} TYPE ${typeFor(scene).type}`,
    `RENAME ATTRIBUTE ${attribute} TO ${quoted(freshName(scene))}`,
    `ADD ATTRIBUTE ${plainName(scene, "attr")} integer, DROP ATTRIBUTE ${attribute}`,
  ];
  return `ALTER TYPE ${typeReference(type)} ${one(changes, scene) ?? ""}${some(scene, " CASCADE", " CASCADE", "", " RESTRICT")}`;
};

const createRange: Make = (scene) =>
  `CREATE TYPE ${quoted(freshName(scene))} AS RANGE (subtype = ${some(scene, "text", "float8", "inet")})`;

const anyType: Make = (scene) => {
  const type = one([...userTypes(scene, "enum"), ...userTypes(scene, "domain"), ...userTypes(scene, "composite")], scene);
  if (type === null) return null;
  const kind = type.kind === "domain" ? "DOMAIN" : "TYPE";
  return some(
    scene,
    `ALTER ${kind} ${typeReference(type)} RENAME TO ${quoted(freshName(scene))}`,
    `ALTER ${kind} ${typeReference(type)} SET SCHEMA ${some(scene, "other", "public", '"Other One"')}`,
    `DROP ${kind} ${typeReference(type)}`,
    `DROP ${kind} IF EXISTS ${typeReference(type)} CASCADE`,
  );
};

export const types = {
  "CREATE TYPE AS ENUM": createEnum,
  "ALTER TYPE of an enum": alterEnum,
  "CREATE DOMAIN": createDomain,
  "ALTER DOMAIN": alterDomain,
  "CREATE TYPE of a composite": createComposite,
  "ALTER TYPE of a composite": alterComposite,
  "CREATE TYPE AS RANGE": createRange,
  "rename, move, drop of a type": anyType,
} satisfies Readonly<Record<string, Make>>;
