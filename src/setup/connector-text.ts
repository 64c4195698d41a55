import type { ConnectorSetting, SettingGroup } from "./connector-settings.ts";

const groups = (all: readonly SettingGroup[]): readonly ConnectorSetting[] => all.flatMap(({ settings }) => settings);

/** As Kafka Connect's REST API takes it: POST /connectors. */
export function connectorJson(name: string, all: readonly SettingGroup[]): string {
  const config = Object.fromEntries(groups(all).map((setting) => [setting.name, setting.value]));
  return `${JSON.stringify({ name, config }, null, 2)}\n`;
}

/** The same with the reasons as comments; to be stripped before it is sent. */
export function connectorJsonc(name: string, all: readonly SettingGroup[]): string {
  const last = groups(all).at(-1);
  const blocks = all.map(({ title, settings }) => {
    const lines = settings.flatMap((setting) => {
      const { name: key, value, why } = setting;
      const entry = `    ${JSON.stringify(key)}: ${JSON.stringify(value)}${setting === last ? "" : ","}`;
      return why === "" ? [entry] : [...wrapped(why).map((line) => `    // ${line}`), entry];
    });
    return [`    // ${title}`, `    // ${"-".repeat(title.length)}`, ...lines].join("\n");
  });
  return `{\n  "name": ${JSON.stringify(name)},\n  "config": {\n${blocks.join("\n\n")}\n  }\n}\n`;
}

const width = 110;

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length >= width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** The settings as a markdown table a group. */
export function settingsTable(all: readonly SettingGroup[]): string {
  return all
    .map(({ title, settings }) => {
      const rows = settings.map(({ name, value, why }) => `| \`${name}\` | \`${cell(value)}\` | ${cell(why)} |`);
      return [`## ${title}`, "", "| property | value | why |", "| --- | --- | --- |", ...rows].join("\n");
    })
    .join("\n\n");
}

/** A bar would end the cell. */
export const cell = (text: string): string => text.replaceAll("|", String.raw`\|`).replaceAll("\n", " ");
