/** A secret as it stands in a text. None is real: they are made of a counter. */
export interface SecretExample {
  /** Of the pattern in `SECRET_PATTERNS` that finds it. */
  readonly name: string;
  readonly text: string;
  readonly secret: string;
}

const LETTERS = 'aB3dE5gH7jK9mN2pQ4sT6vW8xYzAcF1';

function made(length: number, alphabet = LETTERS): string {
  return Array.from({ length }, (_, index) => alphabet[(index * 7 + (index >> 3)) % alphabet.length]).join(
    '',
  );
}

const hex = (length: number): string => made(length, '0f1e2d3c4b5a6978');
const upper = (length: number): string => made(length, 'A2B3C4D5E6F7GHJKLM');

function plain(name: string, secret: string): SecretExample {
  return { name, text: `value="${secret}"`, secret };
}

function within(name: string, before: string, secret: string, after = ''): SecretExample {
  return { name, text: before + secret + after, secret };
}

const pem = (kind: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${Array.from({ length: 12 }, () => made(64)).join('\n')}\n-----END ${kind}PRIVATE KEY-----`;

export const secretExamples: readonly SecretExample[] = [
  plain('private key (PEM, OpenSSH, PGP)', pem('')),
  plain('private key (PEM, OpenSSH, PGP)', pem('RSA ')),
  plain('private key (PEM, OpenSSH, PGP)', pem('OPENSSH ')),
  plain('private key (PEM, OpenSSH, PGP)', pem('EC ').replaceAll('\n', String.raw`\n`)),
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix, index) =>
    plain(
      `GitHub ${['personal', 'OAuth', 'user', 'server', 'refresh'][index] ?? ''} token`,
      prefix + made(36),
    ),
  ),
  plain('GitHub fine-grained token', `github_pat_${made(22)}_${made(59)}`),
  plain('GitLab personal token', `glpat-${made(20)}`),
  plain('GitLab trigger token', `glptt-${hex(40)}`),
  plain('GitLab runner token', `glrt-${made(20)}`),
  plain('GitLab deploy token', `gldt-${made(20)}`),
  plain('Bitbucket app password', `ATBB${made(32)}`),
  plain('Atlassian token', `ATATT3xFfGF0${made(180)}=${hex(8)}`),
  plain('Anthropic key', `sk-ant-api03-${made(93)}AA`),
  plain('OpenAI key and many that look like it', `sk-proj-${made(74)}`),
  plain('OpenAI key and many that look like it', `sk-${made(48)}`),
  plain('OpenAI key and many that look like it', `sk-or-v1-${hex(64)}`),
  plain('Google API key', `AIza${made(35)}`),
  plain('Hugging Face token', `hf_${made(34)}`),
  plain('Groq key', `gsk_${made(52)}`),
  plain('xAI key', `xai-${made(80)}`),
  plain('Perplexity key', `pplx-${made(48)}`),
  plain('Replicate token', `r8_${made(37)}`),
  plain('Fireworks key', `fw_${made(24)}`),
  plain('Tavily key', `tvly-dev-${made(32)}`),
  plain('AWS access key id', `AKIA${made(16, 'ABCDEFGH234567')}`),
  within('AWS secret access key', 'aws_secret_access_key = ', made(40)),
  within('AWS secret access key', '"SecretAccessKey": "', made(40), '"'),
  plain('Google OAuth access token', `ya29.${made(120)}`),
  plain('Google OAuth client secret', `GOCSPX-${made(28)}`),
  within('Azure storage and service bus key', 'AccountName=x;AccountKey=', `${made(86)}==`, ';End'),
  within('Azure signature in an address', 'https://x.blob.core.windows.net/c?sv=1&sig=', `${made(43)}%3D`),
  plain('Azure client secret', `${made(3)}8Q~${made(34)}`),
  plain('DigitalOcean personal token', `dop_v1_${hex(64)}`),
  plain('DigitalOcean OAuth token', `doo_v1_${hex(64)}`),
  plain('DigitalOcean refresh token', `dor_v1_${hex(64)}`),
  plain('Heroku key', `HRKU-${made(60)}`),
  plain('Fly.io token', `fo1_${made(43)}`),
  plain('Netlify token', `nfp_${made(36)}`),
  plain('Supabase token', `sbp_${hex(40)}`),
  plain('PlanetScale token', `pscale_tkn_${made(43)}`),
  plain('PlanetScale password', `pscale_pw_${made(43)}`),
  plain('Databricks token', `dapi${hex(32)}-2`),
  plain('Terraform Cloud token', `${made(14)}.atlasv1.${made(67)}`),
  plain('HashiCorp Vault token', `hvs.${made(90)}`),
  plain('HashiCorp Vault batch token', `hvb.${made(138)}`),
  plain('Pulumi token', `pul-${hex(40)}`),
  plain('Doppler token', `dp.pt.${made(43)}`),
  plain('npm token', `npm_${made(36)}`),
  plain('PyPI token', `pypi-AgEIcHlwaS5vcmc${made(120)}`),
  plain('RubyGems key', `rubygems_${hex(48)}`),
  plain('Docker token', `dckr_pat_${made(27)}`),
  plain('NuGet key', `oy2${made(43, 'abcdefgh234567')}`),
  plain('crates.io token', `cio${made(32)}`),
  plain('Slack token', `xoxb-${made(11, '0123456789')}-${made(12, '0123456789')}-${made(24)}`),
  plain('Slack token', `xapp-1-${upper(11)}-${hex(64)}`),
  within('Slack address', 'https://hooks.slack.com/services/', `T${upper(10)}/B${upper(10)}/${made(24)}`),
  within('Discord address', 'https://discord.com/api/webhooks/123456789012345678/', made(68)),
  plain('Discord bot token', `M${made(25)}.${made(6)}.${made(38)}`),
  plain('Telegram bot token', `123456789:AA${made(33)}`),
  plain('Twilio key', `SK${hex(32)}`),
  plain('SendGrid key', `SG.${made(22)}.${made(43)}`),
  plain('Mailgun key', `key-${hex(32)}`),
  plain('Mailchimp key', `${hex(32)}-us12`),
  plain('Stripe key', `sk_live_${made(24)}`),
  plain('Stripe key', `rk_test_${made(99)}`),
  plain('Stripe webhook secret', `whsec_${made(32)}`),
  plain('Square token', `sq0atp-${made(22)}`),
  plain('Square secret', `sq0csp-${made(43)}`),
  plain('Shopify token', `shpat_${hex(32)}`),
  plain('Linear key', `lin_api_${made(40)}`),
  plain('Notion token', `ntn_${made(46)}`),
  plain('Figma token', `figd_${made(40)}`),
  plain('Postman key', `PMAK-${hex(24)}-${hex(34)}`),
  plain('Sentry token', `sntrys_${made(90)}`),
  plain('Sentry user token', `sntryu_${hex(64)}`),
  plain('Grafana service account token', `glsa_${made(32)}_${hex(8)}`),
  plain('Grafana Cloud token', `glc_${made(100)}`),
  plain('New Relic key', `NRAK-${upper(27)}`),
  plain('Dropbox token', `sl.${made(136)}`),
  plain('age key', `AGE-SECRET-KEY-1${upper(58)}`),
  plain('JSON web token', `eyJ${made(33)}.eyJ${made(120)}.${made(43)}`),
  within('authorization header', 'Authorization: Bearer ', made(40)),
  within('authorization header', "authorization: 'Basic ", `${made(28)}==`, "'"),
  within('bearer token', 'use bearer ', made(32)),
  within('password in an address', 'postgres://user:', 'p4ss-word.9', '@db.example.org/x'),
  within('variable that is named as a secret', 'export DB_PASSWORD=', 'hunter2-hunter3'),
  within('variable that is named as a secret', '"CLIENT_SECRET": "', made(24), '"'),
  within('quoted text that is named as a secret', 'const apiKey = "', made(32), '";'),
  within('quoted text that is named as a secret', "client_secret: '", made(20), "'"),
];
