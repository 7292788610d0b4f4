// @ts-check

/**
 * What `openclaw doctor` reads of this plugin today (docs.openclaw.ai/plugins/manifest/surfaces, `doctorContract`): the
 * commonest slip, an entry of the guide pasted into the host's own config, which then refuses to start. Its `--fix`
 * would throw the entry away; this says where it belongs.
 */
export const legacyConfigRules = [
  {
    path: ['models'],
    message:
      'an entry with provider "openrouter" belongs in ~/.config/openclaw/openclaw.json5; move it there, then: openclaw openrouter apply',
    /** @param {unknown} models */
    match: (models) =>
      typeof models === 'object' && models !== null && Object.values(models).some(isEntry),
  },
];

/** @param {unknown} member */
function isEntry(member) {
  return (
    typeof member === 'object' &&
    member !== null &&
    'provider' in member &&
    member.provider === 'openrouter'
  );
}
