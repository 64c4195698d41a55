import type { StackCase } from "./case.ts";
import { typeCases } from "./types.ts";

export const allCases: readonly StackCase[] = [...typeCases];
