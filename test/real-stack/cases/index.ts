import type { StackCase } from "./case.ts";
import { keyCases } from "./keys.ts";
import { lateCases } from "./late.ts";
import { migrationCases } from "./migrations.ts";
import { publicationCases } from "./publications.ts";
import { settingCases } from "./settings.ts";
import { stopCases } from "./stops.ts";
import { typeCases } from "./types.ts";

/** Every case, each on a database of its own. */
export const allCases: readonly StackCase[] = [
  ...typeCases,
  ...migrationCases,
  ...keyCases,
  ...publicationCases,
  ...settingCases,
  ...stopCases,
  ...lateCases,
];
