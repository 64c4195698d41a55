import type { Rule } from "../src/judge/rule.ts";
import { columnAddedRequired } from "./column-added-required/rule.ts";
import { columnDefaultInvented } from "./column-default-invented/rule.ts";
import { columnDropped } from "./column-dropped/rule.ts";
import { columnMadeOptional } from "./column-made-optional/rule.ts";
import { columnMadeRequired } from "./column-made-required/rule.ts";
import { columnMaskEscaped } from "./column-mask-escaped/rule.ts";
import { columnRecreated } from "./column-recreated/rule.ts";
import { columnRenamed } from "./column-renamed/rule.ts";
import { columnTypeChanged } from "./column-type-changed/rule.ts";
import { columnUnitChanged } from "./column-unit-changed/rule.ts";
import { databaseDrifted } from "./database-drifted/rule.ts";
import { consumerBreaks } from "./consumer-breaks/rule.ts";
import { consumerReadsNothing } from "./consumer-reads-nothing/rule.ts";
import { enumValueAdded } from "./enum-value-added/rule.ts";
import { enumValueRenamed } from "./enum-value-renamed/rule.ts";
import { filterMatchesNothing } from "./filter-matches-nothing/rule.ts";
import { heartbeatBroken } from "./heartbeat-broken/rule.ts";
import { keyEntryNotColumn } from "./key-entry-not-column/rule.ts";
import { migrationEdited } from "./migration-edited/rule.ts";
import { migrationNotRun } from "./migration-not-run/rule.ts";
import { migrationOutOfOrder } from "./migration-out-of-order/rule.ts";
import { olderEventsUnreadable } from "./older-events-unreadable/rule.ts";
import { primaryKeyChanged } from "./primary-key-changed/rule.ts";
import { primaryKeyDropped } from "./primary-key-dropped/rule.ts";
import { publicationDropped } from "./publication-dropped/rule.ts";
import { publicationNarrowed } from "./publication-narrowed/rule.ts";
import { recordStopsTask } from "./record-stops-task/rule.ts";
import { registryDisagrees } from "./registry-disagrees/rule.ts";
import { replicaIdentityMissing } from "./replica-identity-missing/rule.ts";
import { replicaIdentityWeakened } from "./replica-identity-weakened/rule.ts";
import { schemaHeldBack } from "./schema-held-back/rule.ts";
import { schemaNotRegistered } from "./schema-not-registered/rule.ts";
import { schemaSeenBetween } from "./schema-seen-between/rule.ts";
import { settingDeprecated } from "./setting-deprecated/rule.ts";
import { settingIgnored } from "./setting-ignored/rule.ts";
import { settingStopsConnector } from "./setting-stops-connector/rule.ts";
import { slotTouched } from "./slot-touched/rule.ts";
import { sqlOpaque } from "./sql-opaque/rule.ts";
import { sqlSyntaxError } from "./sql-syntax-error/rule.ts";
import { subjectDrifted } from "./subject-drifted/rule.ts";
import { subjectRefuses } from "./subject-refuses/rule.ts";
import { tableDropped } from "./table-dropped/rule.ts";
import { tableMoved } from "./table-moved/rule.ts";
import { tableRecreated } from "./table-recreated/rule.ts";
import { tableRenamed } from "./table-renamed/rule.ts";
import { tableSentUnderOldName } from "./table-sent-under-old-name/rule.ts";
import { tableTruncated } from "./table-truncated/rule.ts";
import { typeStopsConnector } from "./type-stops-connector/rule.ts";
import { unreadRowsBreak } from "./unread-rows-break/rule.ts";

/** Every rule, in the order of the documentation. A new rule is added here and nowhere else. */
export const rules: readonly Rule[] = [
  columnRenamed,
  columnDropped,
  columnRecreated,
  columnTypeChanged,
  columnUnitChanged,
  columnAddedRequired,
  columnDefaultInvented,
  columnMadeRequired,
  columnMadeOptional,
  columnMaskEscaped,
  enumValueRenamed,
  enumValueAdded,
  tableRenamed,
  tableMoved,
  tableSentUnderOldName,
  tableDropped,
  tableRecreated,
  tableTruncated,
  schemaSeenBetween,
  unreadRowsBreak,
  primaryKeyChanged,
  primaryKeyDropped,
  keyEntryNotColumn,
  replicaIdentityMissing,
  replicaIdentityWeakened,
  publicationNarrowed,
  publicationDropped,
  slotTouched,
  heartbeatBroken,
  typeStopsConnector,
  recordStopsTask,
  settingStopsConnector,
  settingIgnored,
  settingDeprecated,
  filterMatchesNothing,
  consumerBreaks,
  consumerReadsNothing,
  subjectRefuses,
  schemaNotRegistered,
  schemaHeldBack,
  olderEventsUnreadable,
  subjectDrifted,
  registryDisagrees,
  migrationEdited,
  migrationOutOfOrder,
  migrationNotRun,
  databaseDrifted,
  sqlOpaque,
  sqlSyntaxError,
];
