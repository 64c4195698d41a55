import type { Catalog } from "./catalog.ts";
import type { Connector } from "./connector.ts";
import type { Consumer } from "./consumer.ts";
import type { DiscoveryProblem, Migration } from "./migration.ts";
import type { PastState } from "./past-state.ts";
import type { Severity, Unknown } from "./report.ts";
import type { Step } from "./step.ts";
import type { SyntaxProblem } from "./statement.ts";
import type { StateComparison } from "./state-difference.ts";
import type { Subject } from "./subject.ts";

/** How one rule is to be treated. */
export interface RuleSetting {
  readonly severity: Severity | "off";
}

/** A finding the user chose to live with. */
export interface Ignore {
  readonly rule: string;
  /** Matches Finding.relation, or `relation.column`; absent: all. */
  readonly target: string | null;
  readonly path: string | null;
  readonly reason: string;
  /** ISO date after which it no longer counts; compared with Inputs.today. */
  readonly expires: string | null;
}

/** Everything the pure part needs, as one serialisable value. */
export interface Inputs {
  readonly toolVersion: string;
  /** ISO date of the run: the pure part has no clock. */
  readonly today: string;
  readonly failOn: "error" | "warning" | "never";
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly ignores: readonly Ignore[];
  readonly migrations: readonly Migration[];
  readonly discoveryProblems: readonly DiscoveryProblem[];
  readonly syntaxProblems: readonly SyntaxProblem[];
  /** Catalog before the first pending statement. */
  readonly baseline: Catalog;
  readonly steps: readonly Step[];
  readonly connectors: readonly Connector[];
  readonly subjects: readonly Subject[];
  /** Who reads the subjects, by which schemas; absent: nobody was named. */
  readonly consumers?: readonly Consumer[];
  /** How tables were earlier of which the registry has another schema than they give; absent: there are none. */
  readonly past?: readonly PastState[];
  /** Where subjects came from, in words and without secrets; null when no registry was given. */
  readonly registry: string | null;
  readonly unknowns: readonly Unknown[];
  readonly assumptions: readonly string[];
  /** Where more than one description of the state before was given. */
  readonly comparisons: readonly StateComparison[];
  readonly postgresVersion: number | null;
}
