/** One kind of secret that is recognised by its form. */
export interface SecretPattern {
  readonly name: string;
  /**
   * One of these occurs in every such secret or right before it: texts without them are not searched. In small letters where
   * the pattern ignores case.
   */
  readonly triggers: readonly string[];
  /** For triggers that most texts hold: whether more of the secret may be there, asked before the pattern is. */
  readonly mayBeIn?: (text: string) => boolean;
  /** Global. The group `secret` is hidden, or all of the match when there is no such group. */
  readonly pattern: RegExp;
}

// Not within a word, unless what stands before is the end of an escape (`\n`, `%3D`).
const START = String.raw`(?:(?<![A-Za-z0-9_-])|(?<=\\[nrtbf])|(?<=%[0-9A-Fa-f]{2}))`;
const WORD = '[A-Za-z0-9_-]';
/** The longest of these that is looked for in one piece. */
export const MAX_SECRET_CHARACTERS = 8192;

/** A token with a prefix of its own. */
function token(name: string, prefix: string, rest: string): SecretPattern {
  return { name, triggers: [prefix], pattern: new RegExp(START + escaped(prefix) + rest, 'g') };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Whether a dot follows another one in this distance. */
function holdsDotsApart(text: string, distance: number): boolean {
  for (let at = text.indexOf('.'); at >= 0; at = text.indexOf('.', at + 1)) {
    if (text[at + distance] === '.') return true;
  }
  return false;
}

const NAMES = [
  'secret',
  'token',
  'passwd',
  'password',
  'api_key',
  'api-key',
  'apikey',
  'access_key',
  'access-key',
  'accesskey',
  'private_key',
  'privatekey',
];
const UPPER_NAMES = [
  'SECRET',
  'TOKEN',
  'PASSWD',
  'PASSWORD',
  'API_KEY',
  'APIKEY',
  'ACCESS_KEY',
  'PRIVATE_KEY',
];
// At least one digit: `password: string` in a source file is no secret.
const VALUE = String.raw`(?<secret>(?=[^\s"'\`]*[0-9])[^\s"'\`;,&|<>()[\]{}$]{8,512})`;
const QUOTED = String.raw`(?<quote>["'\`])(?<secret>(?=[^\s"'\`]*[0-9])(?=[^\s"'\`]*[A-Za-z])[^\s"'\`<>(){}$]{16,512})\k<quote>`;

/**
 * The published list: what is recognised as a secret by its form, wherever it comes from. Secrets that we hold ourselves are
 * hidden by their value besides. Forms that ordinary code is full of (a hash, a UUID, a bare base64 text) are not on it.
 */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  {
    name: 'private key (PEM, OpenSSH, PGP)',
    triggers: ['PRIVATE KEY'],
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s\\:,.()-]{32,20000}?-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s\\]{64,20000})/g,
  },
  // code hosts
  token('GitHub personal token', 'ghp_', '[A-Za-z0-9]{30,255}'),
  token('GitHub OAuth token', 'gho_', '[A-Za-z0-9]{30,255}'),
  token('GitHub user token', 'ghu_', '[A-Za-z0-9]{30,255}'),
  token('GitHub server token', 'ghs_', '[A-Za-z0-9_.-]{30,1024}'),
  token('GitHub refresh token', 'ghr_', '[A-Za-z0-9]{30,255}'),
  token('GitHub fine-grained token', 'github_pat_', '[A-Za-z0-9_]{22,255}'),
  token('GitLab personal token', 'glpat-', '[A-Za-z0-9_.-]{20,255}'),
  token('GitLab trigger token', 'glptt-', `${WORD}{20,255}`),
  token('GitLab runner token', 'glrt-', '[A-Za-z0-9_.-]{20,255}'),
  token('GitLab deploy token', 'gldt-', `${WORD}{20,255}`),
  token('Bitbucket app password', 'ATBB', '[A-Za-z0-9]{28,64}'),
  token('Atlassian token', 'ATATT3', '[A-Za-z0-9_=-]{60,512}'),
  // models
  token('Anthropic key', 'sk-ant-', `${WORD}{20,255}`),
  token('OpenAI key and many that look like it', 'sk-', `(?!ant-)(?=${WORD}*[0-9])${WORD}{20,255}`),
  token('Google API key', 'AIza', `${WORD}{35}`),
  token('Hugging Face token', 'hf_', '[A-Za-z0-9]{30,64}'),
  token('Groq key', 'gsk_', '[A-Za-z0-9]{40,64}'),
  token('xAI key', 'xai-', '[A-Za-z0-9]{40,128}'),
  token('Perplexity key', 'pplx-', '[A-Za-z0-9]{32,64}'),
  token('Replicate token', 'r8_', '[A-Za-z0-9]{32,64}'),
  token('Fireworks key', 'fw_', '[A-Za-z0-9]{22,64}'),
  token('Tavily key', 'tvly-', `${WORD}{20,64}`),
  // clouds
  {
    name: 'AWS access key id',
    triggers: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: new RegExp(`${START}(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Z0-9])`, 'g'),
  },
  {
    name: 'AWS secret access key',
    triggers: ['secret_access', 'secretaccess'],
    pattern: /secret_?access_?key["']?\s{0,4}[:=]\s{0,4}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
  },
  token('Google OAuth access token', 'ya29.', `${WORD}{20,1024}`),
  token('Google OAuth client secret', 'GOCSPX-', `${WORD}{28}`),
  {
    name: 'Azure storage and service bus key',
    triggers: ['AccountKey=', 'SharedAccessKey='],
    pattern: /(?:AccountKey|SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{40,90}={0,2})/g,
  },
  {
    name: 'Azure signature in an address',
    triggers: ['sig='],
    pattern: /[?&]sig=(?<secret>[A-Za-z0-9%+/]{40,120}={0,2})/g,
  },
  {
    name: 'Azure client secret',
    triggers: Array.from('0123456789', digit => `${digit}Q~`),
    pattern: new RegExp(String.raw`${START}[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}`, 'g'),
  },
  token('DigitalOcean personal token', 'dop_v1_', '[a-f0-9]{64}'),
  token('DigitalOcean OAuth token', 'doo_v1_', '[a-f0-9]{64}'),
  token('DigitalOcean refresh token', 'dor_v1_', '[a-f0-9]{64}'),
  token('Heroku key', 'HRKU-', `${WORD}{36,128}`),
  token('Fly.io token', 'fo1_', `${WORD}{40,64}`),
  token('Netlify token', 'nfp_', '[A-Za-z0-9]{36,64}'),
  token('Supabase token', 'sbp_', '[a-f0-9]{40}'),
  token('PlanetScale token', 'pscale_tkn_', '[A-Za-z0-9_.=-]{32,64}'),
  token('PlanetScale password', 'pscale_pw_', '[A-Za-z0-9_.=-]{32,64}'),
  token('Databricks token', 'dapi', '[a-f0-9]{32}(?:-[0-9])?'),
  {
    name: 'Terraform Cloud token',
    triggers: ['.atlasv1.'],
    pattern: new RegExp(String.raw`${START}[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,90}`, 'g'),
  },
  token('HashiCorp Vault token', 'hvs.', `${WORD}{24,255}`),
  token('HashiCorp Vault batch token', 'hvb.', `${WORD}{24,255}`),
  token('Pulumi token', 'pul-', '[a-f0-9]{40}'),
  token('Doppler token', 'dp.pt.', '[A-Za-z0-9]{40,64}'),
  // packages
  token('npm token', 'npm_', '[A-Za-z0-9]{36}'),
  token('PyPI token', 'pypi-', `${WORD}{50,1024}`),
  token('RubyGems key', 'rubygems_', '[a-f0-9]{48}'),
  token('Docker token', 'dckr_pat_', `${WORD}{20,64}`),
  token('NuGet key', 'oy2', '[a-z0-9]{43}'),
  token('crates.io token', 'cio', '[A-Za-z0-9]{32}(?![A-Za-z0-9])'),
  // talking, paying, watching
  {
    name: 'Slack token',
    triggers: ['xox', 'xapp-'],
    pattern: new RegExp(`${START}(?:xox[abeoprs]|xapp)-${WORD}{10,255}`, 'g'),
  },
  {
    name: 'Slack address',
    triggers: ['hooks.slack.com/'],
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Za-z0-9/_-]{20,255})/g,
  },
  {
    name: 'Discord address',
    triggers: ['/api/webhooks/'],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/[0-9]{17,20}\/(?<secret>[A-Za-z0-9_-]{60,80})/g,
  },
  {
    name: 'Discord bot token',
    triggers: ['.'],
    mayBeIn: text => holdsDotsApart(text, 7),
    pattern: new RegExp(
      String.raw`${START}[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}`,
      'g',
    ),
  },
  {
    name: 'Telegram bot token',
    triggers: [':AA'],
    pattern: new RegExp(`${START}[0-9]{8,10}:AA${WORD}{33}`, 'g'),
  },
  {
    name: 'Twilio key',
    triggers: Array.from('0123456789abcdef', digit => `SK${digit}`),
    pattern: new RegExp(`${START}SK[0-9a-f]{32}(?![0-9a-f])`, 'g'),
  },
  token('SendGrid key', 'SG.', String.raw`${WORD}{16,32}\.${WORD}{30,64}`),
  token('Mailgun key', 'key-', '[0-9a-f]{32}(?![0-9a-f])'),
  {
    name: 'Mailchimp key',
    triggers: ['-us'],
    pattern: new RegExp(`${START}[0-9a-f]{32}-us[0-9]{1,2}(?![0-9a-z])`, 'g'),
  },
  {
    name: 'Stripe key',
    triggers: ['_live_', '_test_'],
    pattern: new RegExp(`${START}(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}`, 'g'),
  },
  token('Stripe webhook secret', 'whsec_', '[A-Za-z0-9+/=]{24,255}'),
  token('Square token', 'sq0atp-', `${WORD}{22}`),
  token('Square secret', 'sq0csp-', `${WORD}{43}`),
  {
    name: 'Shopify token',
    triggers: ['shp'],
    pattern: new RegExp(`${START}shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}`, 'g'),
  },
  token('Linear key', 'lin_api_', '[A-Za-z0-9]{32,64}'),
  token('Notion token', 'ntn_', '[A-Za-z0-9]{40,64}'),
  token('Figma token', 'figd_', `${WORD}{40,64}`),
  token('Postman key', 'PMAK-', '[a-f0-9]{24}-[a-f0-9]{34}'),
  token('Sentry token', 'sntrys_', '[A-Za-z0-9+/=_]{40,512}'),
  token('Sentry user token', 'sntryu_', '[a-f0-9]{64}'),
  token('Grafana service account token', 'glsa_', '[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}'),
  token('Grafana Cloud token', 'glc_', '[A-Za-z0-9+/=]{32,400}'),
  token('New Relic key', 'NRAK-', '[A-Z0-9]{27}'),
  token('Dropbox token', 'sl.', `${WORD}{130,1200}`),
  token('age key', 'AGE-SECRET-KEY-1', '[A-Z0-9]{58}'),
  // by what stands around them
  {
    name: 'JSON web token',
    triggers: ['eyJ'],
    pattern: new RegExp(String.raw`${START}eyJ${WORD}{10,2000}\.eyJ${WORD}{10,4000}\.${WORD}{10,2000}`, 'g'),
  },
  {
    name: 'authorization header',
    triggers: ['authorization'],
    pattern:
      /authorization["']?\s{0,4}[:=]\s{0,4}["'`]?(?:(?:bearer|basic|token)\s{1,4}|(?=[^\s]*[0-9])(?=[A-Za-z0-9_.~+/=-]{16}))(?<secret>[A-Za-z0-9_.~+/=-]{8,4096})/gi,
  },
  {
    name: 'bearer token',
    triggers: ['bearer'],
    pattern: /\bbearer\s{1,4}(?<secret>(?=[^\s]*[0-9])[A-Za-z0-9_.~+/=-]{16,4096})/gi,
  },
  {
    name: 'password in an address',
    triggers: ['://'],
    pattern: /:\/\/[^\s/:@"'`]{0,128}:(?<secret>[^\s/@"'`[\]]{3,256})@/g,
  },
  {
    name: 'variable that is named as a secret',
    triggers: UPPER_NAMES,
    pattern: new RegExp(
      String.raw`(?:${UPPER_NAMES.join('|')})(?:_[A-Z0-9]{1,20})?["']?[ \t]{0,4}[:=][ \t]{0,4}["'\`]?${VALUE}`,
      'g',
    ),
  },
  {
    name: 'quoted text that is named as a secret',
    triggers: NAMES,
    pattern: new RegExp(String.raw`(?:${NAMES.join('|')})["']?[ \t]{0,4}[:=][ \t]{0,4}${QUOTED}`, 'gi'),
  },
];
