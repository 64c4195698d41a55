import type { TypeDefinition } from "../../model/catalog.ts";
import type { Statement } from "../../model/statement.ts";
import { defaultText } from "./default-text.ts";
import type { Draft } from "./draft.ts";
import { definition, findType, resolveType } from "./type-reference.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

export function createType(draft: Draft, statement: Of<"create-type">): void {
  const { name, type: kind } = statement;
  const schema = draft.schemaFor(name);
  const oid = draft.nextOid();
  const labels = statement.labels.map((label) => ({ oid: draft.nextOid(), label }));
  draft.addType(definition({ oid, schema, name: name.name, kind, element: null, labels }));
}

export function createDomain(draft: Draft, statement: Of<"create-domain">): void {
  const { name, notNull } = statement;
  const { type: base } = resolveType(draft, statement.base);
  const text = statement.default === null ? null : defaultText(statement.default, base);
  draft.addType(
    definition({
      oid: draft.nextOid(),
      schema: draft.schemaFor(name),
      name: name.name,
      kind: "domain",
      element: null,
      base,
      notNull,
      default: text,
    }),
  );
}

/** Only NOT NULL and DEFAULT can be seen beyond the domain itself. */
export function alterDomain(draft: Draft, statement: Of<"alter-domain">): void {
  const domain = findType(draft, statement.name);
  if (domain === null) return draft.doubt(`domain ${statement.name.name} is not known`);
  const { sql } = statement;
  const notNull = /\b(set|drop)\s+not\s+null\b/i.exec(sql)?.[1];
  const written = /\bset\s+default\s+([\s\S]+)$/i.exec(sql)?.[1];
  if (notNull !== undefined) put(draft, domain, { ...domain, notNull: notNull.toLowerCase() === "set" });
  else if (written !== undefined)
    put(draft, domain, { ...domain, default: domain.base === null ? written : defaultText(written, domain.base) });
  else if (/\bdrop\s+default\b/i.test(sql)) put(draft, domain, { ...domain, default: null });
}

export function alterEnum(draft: Draft, statement: Of<"alter-enum">): void {
  const type = findType(draft, statement.name);
  if (type === null) return draft.doubt(`enum ${statement.name.name} is not known`);
  const { label, newLabel } = statement;
  if (statement.action === "rename") {
    const labels = type.labels.map((entry) => (entry.label === label ? { ...entry, label: newLabel ?? label } : entry));
    return put(draft, type, { ...type, labels });
  }
  if (type.labels.some((entry) => entry.label === label)) {
    if (!statement.ifNotExists) draft.doubt(`enum ${statement.name.name} has the value ${label} already`);
    return;
  }
  put(draft, type, { ...type, labels: type.labels.toSpliced(placeOf(type, statement), 0, { oid: draft.nextOid(), label }) });
}

function placeOf(type: TypeDefinition, statement: Of<"alter-enum">): number {
  const { before, after } = statement;
  const index = type.labels.findIndex((entry) => entry.label === (before ?? after));
  if (index === -1) return type.labels.length;
  return before === null ? index + 1 : index;
}

function put(draft: Draft, type: TypeDefinition, next: TypeDefinition): void {
  draft.types = draft.types.map((candidate) => (candidate === type ? next : candidate));
}
