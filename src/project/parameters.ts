import type { Unsupported } from "../model/connector.ts";
import type { ColumnShape } from "./column-shape.ts";
import { patternList } from "./filters.ts";
import type { PatternList } from "./filters.ts";

/** What a matching setting adds to the column's schema parameters. */
export interface ColumnRule {
  /** The setting's name, a salt in it left out. */
  readonly setting: string;
  readonly kind: "truncate" | "mask" | "propagate" | "propagate-type" | "hash";
  readonly length: number;
  readonly patterns: PatternList;
}

const RULES: readonly (readonly [RegExp, ColumnRule["kind"]])[] = [
  [/^column\.truncate\.to\.(\d+)\.chars$/, "truncate"],
  [/^column\.mask\.with\.(\d+)\.chars$/, "mask"],
  [/^column\.propagate\.source\.type$/, "propagate"],
  [/^datatype\.propagate\.source\.type$/, "propagate-type"],
  [/^column\.mask\.hash\.(?!v2\.)[^.]+\.with\.salt\..+$/, "hash"],
  [/^column\.mask\.hash\.v2\.[^.]+\.with\.salt\..+$/, "hash"],
];

/** All column rules in the order in which io.debezium.relational.mapping.ColumnMappers registers them: the first that matches wins. */
export function columnRules(settings: Readonly<Record<string, string>>, unsupported: Unsupported[]): readonly ColumnRule[] {
  return RULES.flatMap(([form, kind]) =>
    Object.entries(settings).flatMap(([setting, text]) => {
      const match = form.exec(setting);
      return match === null ? [] : [{ setting, kind, length: Number(match[1] ?? 0), patterns: patternList(setting, text, unsupported) }];
    }),
  );
}

export function ruleFor(rules: readonly ColumnRule[], table: string, shape: ColumnShape): ColumnRule | null {
  if (rules.length === 0) return null;
  const column = `${table}.${shape.name}`;
  const type = `${table}.${shape.typeName}`;
  return rules.find((rule) => rule.patterns.matches(rule.kind === "propagate-type" ? type : column)) ?? null;
}

export function ruleParameters(rule: ColumnRule, shape: ColumnShape): Readonly<Record<string, string>> {
  switch (rule.kind) {
    case "truncate":
      return shape.length < 0 || shape.length > rule.length ? { truncateLength: String(rule.length) } : {};
    case "mask":
    case "hash":
      return { masked: "true" };
    case "propagate":
    case "propagate-type":
      return {
        "__debezium.source.column.type": shape.typeName.toUpperCase(),
        // A vector without dimension has no length.
        ...(shape.length === -1 ? {} : { "__debezium.source.column.length": String(shape.length) }),
        ...(shape.scale === null ? {} : { "__debezium.source.column.scale": String(shape.scale) }),
        "__debezium.source.column.name": shape.name,
      };
    default:
      return rule.kind satisfies never;
  }
}
