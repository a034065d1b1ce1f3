/** Every command that exists. */

import { addAnnouncement, listAnnouncements, playAnnouncement, removeAnnouncement } from './announcements.ts';
import { discardRecording, listCalls, pauseRecording, resumeRecording } from './calls.ts';
import { checkConfig } from './check-config.ts';
import type { Command } from './command.ts';
import { copyExceptionList, copySetting } from './copies.ts';
import { diffConfigurations, listConfigurations } from './configurations.ts';
import { describe } from './describe.ts';
import { dialplan } from './dialplan.ts';
import { listGroups, loginToGroup, logoutOfGroup } from './groups.ts';
import { testPatterns } from './patterns.ts';
import { reconcile } from './reconcile.ts';
import { listRecordings, showRecording } from './recordings.ts';
import { disableSetting, enableSetting, listSettings, resetSetting } from './settings.ts';
import { simulateCall } from './simulate.ts';
import { why } from './why.ts';

export const commands: readonly Command[] = [
  checkConfig,
  describe,
  simulateCall,
  dialplan,
  listCalls,
  pauseRecording,
  resumeRecording,
  discardRecording,
  listGroups,
  loginToGroup,
  logoutOfGroup,
  listSettings,
  enableSetting,
  disableSetting,
  resetSetting,
  copySetting,
  copyExceptionList,
  testPatterns,
  listAnnouncements,
  playAnnouncement,
  addAnnouncement,
  removeAnnouncement,
  listRecordings,
  showRecording,
  why,
  reconcile,
  listConfigurations,
  diffConfigurations,
];
