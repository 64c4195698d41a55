import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { html } from "./html/html.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown/markdown.ts";
import type { FormatName, Reporter } from "./reporter.ts";
import { sarif } from "./sarif.ts";
import { text } from "./text/text.ts";

export type { FormatName, Reporter, ReportOptions } from "./reporter.ts";

/** Every report format, by the name that `--format` takes. */
export const reporters: Readonly<Record<FormatName, Reporter>> = { text, json, sarif, github, gitlab, markdown, html };

/** The names, in the order in which they are listed for the user. */
export const formatNames: readonly FormatName[] = ["text", "json", "sarif", "github", "gitlab", "markdown", "html"];

export const isFormatName = (name: string): name is FormatName => Object.hasOwn(reporters, name);
