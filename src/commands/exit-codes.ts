/** Exit codes of the contract: 0 pass; 1 fail or unknown; 2 could not run. */
export const exitCodes = { pass: 0, fail: 1, cannotRun: 2 } as const;
