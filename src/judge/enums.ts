import type { Catalog, TypeDefinition } from "../model/catalog.ts";
import type { ColumnPair, RuleContext, TablePair } from "./rule.ts";
import { isSent, keptColumns } from "./tables.ts";

/** Enums that both catalogs have, told by their oid. */
export function enumsOf(before: Catalog, after: Catalog): readonly { readonly before: TypeDefinition; readonly after: TypeDefinition }[] {
  const later = new Map(after.types.map((type) => [type.oid, type]));
  return before.types.flatMap((type) => {
    const match = type.kind === "enum" ? later.get(type.oid) : undefined;
    return match === undefined || match === type ? [] : [{ before: type, after: match }];
  });
}

/** Streamed columns of the enum's type, directly or below an array or a domain. */
export function usersOfEnum(context: RuleContext, oid: number): readonly { readonly table: TablePair; readonly pair: ColumnPair }[] {
  const types = new Map(context.final.types.map((type) => [type.oid, type]));
  const below = (type: number): boolean => {
    if (type === oid) return true;
    const definition = types.get(type);
    const next = definition?.element ?? definition?.base?.oid;
    return next !== undefined && below(next);
  };
  return context.tables.flatMap((table) =>
    keptColumns(table)
      .filter(
        ({ before, after, uses }) =>
          before !== null && after !== null && uses.some(({ after: sent }) => isSent(sent)) && below(after.type.oid),
      )
      .map((pair) => ({ table, pair })),
  );
}
