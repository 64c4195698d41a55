import type { Connector } from "../../model/connector.ts";
import type { Caveat } from "../../model/projection.ts";
import { wrap } from "../columns.ts";
import { paintOf } from "../text/paint.ts";
import { sentence, visible } from "../visible.ts";
import { relationLines } from "./relation.ts";
import type { SchemaPage, ShownRelation } from "./relation.ts";

export interface SchemaText {
  readonly connectors: readonly Connector[];
  readonly relations: readonly ShownRelation[];
  readonly assumptions: readonly string[];
}

export function schemaPage(color: boolean, width: number): SchemaPage {
  return { paint: paintOf(color), width };
}

/** All relations as text, by connector; what is to be said of every table of a connector stands once, above them. */
export function schemasText({ connectors, relations, assumptions }: SchemaText, page: SchemaPage): string {
  const prose = (text: string): string => wrap(sentence(text), page.width).join("\n");
  const blocks = connectors.flatMap((connector) => {
    const own = relations.filter(({ projection }) => projection.connector === connector.name);
    if (own.length === 0) return connectors.length > 1 ? [`${headOf(connector, page)}\nNo table is captured.`] : [];
    const common = commonCaveats(own);
    const said = new Set(common.map(({ message }) => message));
    const head = [headOf(connector, page), ...common.map(({ effect, message }) => prose(`For every table: ${effect}: ${message}`))];
    return [head.join("\n"), ...own.map((one) => relationLines(one, page, said).join("\n"))];
  });
  const none = relations.length === 0 ? ["No table is captured."] : [];
  return `${[...assumptions.map(prose), ...blocks, ...none, ...(relations.length > 1 ? [countOf(relations)] : [])].join("\n\n")}\n`;
}

function headOf({ name, path, version }: Connector, { paint }: SchemaPage): string {
  return `${paint.dim("connector")} ${visible(name)}${path === null ? "" : paint.dim(` (${visible(path)})`)}${paint.dim(`, Debezium ${version}`)}`;
}

function commonCaveats(relations: readonly ShownRelation[]): readonly Caveat[] {
  if (relations.length < 2) return [];
  const [first, ...others] = relations.map(({ projection }) => projection.caveats);
  return (first ?? []).filter(({ message }) => others.every((caveats) => caveats.some((one) => one.message === message)));
}

function countOf(relations: readonly ShownRelation[]): string {
  const silent = relations.filter(({ projection }) => projection.streaming === null).length;
  return `${relations.length} tables${silent === 0 ? "" : `, ${silent} of them not streamed`}.`;
}
