import { writeFileSync } from "node:fs";
import { generatedFiles } from "./docs.ts";

// `npm run docs`: writes the rules' index and header tables from the rules themselves.
for (const { path, text } of generatedFiles()) writeFileSync(path, text);
