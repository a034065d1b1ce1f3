/** Everything that is kept in the embedded database. */

import type { Config } from '../config/complete.ts';
import { createCatalogue, type Catalogue } from '../recording/catalogue/catalogue.ts';
import { createLedger, type Ledger } from '../recording/ledger/ledger.ts';
import { createConfigurations, type Configurations } from '../store/configurations.ts';
import { databaseFileIn, openDatabase, type Database } from '../store/database.ts';
import { createHuntPositions } from '../store/hunt-positions.ts';
import { createLiveCalls, type LiveCalls } from '../store/live-calls.ts';
import { createMemberships } from '../store/memberships.ts';
import { createSettingOverrides, type SettingOverrides } from '../store/setting-overrides.ts';
import { createServerState, type ServerState } from './server-state.ts';

export interface Stores {
  readonly database: Database;
  readonly liveCalls: LiveCalls;
  readonly state: ServerState;
  readonly catalogue: Catalogue;
  readonly ledger: Ledger;
  readonly configurations: Configurations;
  readonly overrides: SettingOverrides;
}

export async function openStores({ dataDirectory }: Config): Promise<Stores> {
  const database = await openDatabase(databaseFileIn(dataDirectory));
  return {
    database,
    liveCalls: createLiveCalls(database),
    state: createServerState(createMemberships(database), createHuntPositions(database)),
    catalogue: createCatalogue(database),
    ledger: createLedger(database),
    configurations: createConfigurations(database),
    overrides: createSettingOverrides(database),
  };
}
