/**
 * The modules that a test instance loads, by name: everything fernamt may lean on, and nothing else,
 * since each module that is left out makes the start faster.
 */
const MODULES = [
  'app_audiosocket', 'app_cdr', 'app_chanspy', 'app_dial', 'app_echo', 'app_exec', 'app_mixmonitor', 'app_playback', 'app_playtones',
  'app_read', 'app_record', 'app_senddtmf', 'app_softhangup', 'app_stack', 'app_stasis', 'app_system', 'app_verbose',
  'app_while', 'app_originate',
  'bridge_builtin_features', 'bridge_holding', 'bridge_native_rtp', 'bridge_simple', 'bridge_softmix',
  'chan_audiosocket', 'chan_bridge_media', 'chan_pjsip', 'chan_rtp',
  'codec_a_mu', 'codec_alaw', 'codec_g722', 'codec_resample', 'codec_ulaw',
  'format_pcm', 'format_sln', 'format_wav',
  'func_callerid', 'func_channel', 'func_cut', 'func_db', 'func_dialplan', 'func_env', 'func_global', 'func_groupcount', 'func_hangupcause', 'func_logic',
  'func_math', 'func_module', 'func_periodic_hook', 'func_pjsip_aor', 'func_pjsip_contact', 'func_pjsip_endpoint', 'func_strings', 'func_timeout', 'func_uri', 'func_volume',
  'pbx_config',
  'res_ari', 'res_ari_applications', 'res_ari_asterisk', 'res_ari_bridges', 'res_ari_channels', 'res_ari_device_states',
  'res_ari_endpoints', 'res_ari_events', 'res_ari_model', 'res_ari_playbacks', 'res_ari_recordings', 'res_ari_sounds',
  'res_audiosocket', 'res_crypto', 'res_http_websocket', 'res_websocket_client', 'res_musiconhold',
  'res_pjproject', 'res_pjsip', 'res_pjsip_authenticator_digest', 'res_pjsip_caller_id', 'res_pjsip_diversion',
  'res_pjsip_dtmf_info', 'res_pjsip_endpoint_identifier_ip', 'res_pjsip_endpoint_identifier_user', 'res_pjsip_header_funcs',
  'res_pjsip_logger', 'res_pjsip_nat', 'res_pjsip_outbound_authenticator_digest', 'res_pjsip_outbound_registration', 'res_pjsip_pubsub',
  'res_pjsip_refer', 'res_pjsip_registrar', 'res_pjsip_rfc3326', 'res_pjsip_sdp_rtp', 'res_pjsip_session',
  'res_rtp_asterisk', 'res_rtp_multicast', 'res_sorcery_astdb', 'res_sorcery_config', 'res_sorcery_memory',
  'res_stasis', 'res_stasis_answer', 'res_stasis_device_state', 'res_stasis_playback', 'res_stasis_recording', 'res_stasis_snoop',
  'res_timing_timerfd',
] as const;

/** `modules.conf` with exactly these modules, plus what a test asks for beyond. */
export function modulesConf(extra: readonly string[] = []): string {
  const lines = [...MODULES, ...extra].map((name) => `load = ${name}.so`);
  return ['[modules]', 'autoload = no', ...lines, ''].join('\n');
}
