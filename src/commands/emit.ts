import { UserError } from "../errors.ts";
import { writeStdout, writeTextFile } from "../io/output.ts";
import type { Report } from "../model/report.ts";
import { reporters } from "../report/index.ts";
import type { FormatName, ReportOptions } from "../report/index.ts";

export interface Output {
  readonly format: FormatName;
  /** null: stdout. */
  readonly file: string | null;
}

/** Parses `NAME` and `NAME=FILE`; none given is text. @throws UserError USAGE for an unknown name */
export function parseFormats(formats: readonly string[]): readonly Output[] {
  if (formats.length === 0) return [{ format: "text", file: null }];
  return formats.map((written) => {
    const [name = "", ...rest] = written.split("=");
    const file = rest.length === 0 ? null : rest.join("=");
    if (!isFormat(name)) throw new UserError("USAGE", `unknown format "${name}"; there are ${Object.keys(reporters).join(", ")}`);
    if (file === "") throw new UserError("USAGE", `--format ${written}: a file name must follow the equals sign`);
    return { format: name, file };
  });
}

const isFormat = (name: string): name is FormatName => Object.hasOwn(reporters, name);

/** Renders the report once per output and writes it; a file never has colour. */
export async function emit(report: Report, outputs: readonly Output[], cwd: string, options: ReportOptions): Promise<void> {
  for (const { format, file } of outputs) {
    const text = reporters[format](report, file === null ? options : { ...options, color: false });
    if (file === null) await writeStdout(text.endsWith("\n") || text === "" ? text : `${text}\n`);
    else await writeTextFile(cwd, file, text);
  }
}
