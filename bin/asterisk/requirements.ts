/** The oldest release of each branch in which transfers can be left to the application. */
const OLDEST_MINOR: Readonly<Record<number, number>> = { 20: 13, 21: 8, 22: 3 };

export const VERSION_RULE = 'Asterisk 20.13, 21.8, 22.3 or newer';

/** Modules without which fernamt or its tests cannot work. */
export const REQUIRED_MODULES = [
  'app_audiosocket',
  'app_playtones',
  'app_stack',
  'app_stasis',
  'bridge_simple',
  'bridge_softmix',
  'chan_pjsip',
  'codec_alaw',
  'codec_resample',
  'format_wav',
  'func_callerid',
  'func_channel',
  'func_timeout',
  'pbx_config',
  'res_ari_applications',
  'res_ari_asterisk',
  'res_ari_bridges',
  'res_ari_channels',
  'res_ari_events',
  'res_ari_playbacks',
  'res_ari_recordings',
  'res_musiconhold',
  'res_pjsip_header_funcs',
  'res_pjsip_sdp_rtp',
  'res_stasis_answer',
  'res_stasis_playback',
  'res_stasis_recording',
  'res_stasis_snoop',
  'res_timing_timerfd',
] as const;

/** `22.10.1` out of `Asterisk 22.10.1+dfsg…`; undefined for anything that is no plain release. */
export function parseVersion(output: string): string | undefined {
  return /^Asterisk (\d+\.\d+(?:\.\d+)?)/.exec(output.trim())?.[1];
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const oldest = OLDEST_MINOR[major];
  return oldest === undefined ? major > 22 : minor >= oldest;
}

/** Names those required modules that a listing of the modules directory lacks. */
export function missingModules(files: readonly string[]): string[] {
  return REQUIRED_MODULES.filter((name) => !files.includes(`${name}.so`));
}
