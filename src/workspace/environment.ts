/**
 * What a command gets of our environment: where programs and their data are, how to speak, how to reach the network. Nothing
 * that holds a secret by custom (tokens, keys, passwords) and nothing of the editor that we run in. Published in SECURITY.md;
 * people name further variables in their settings.
 */
const PASSED_NAMES: readonly string[] = [
  // who and where
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'LANGUAGE', 'CI'],
  ...[
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
    'XDG_CACHE_HOME',
    'XDG_STATE_HOME',
    'XDG_RUNTIME_DIR',
    'XDG_DATA_DIRS',
  ],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS'],
  // Windows
  ...[
    'SystemRoot',
    'SystemDrive',
    'windir',
    'ComSpec',
    'PATHEXT',
    'USERPROFILE',
    'USERNAME',
    'HOMEDRIVE',
    'HOMEPATH',
  ],
  ...[
    'APPDATA',
    'LOCALAPPDATA',
    'ProgramData',
    'ProgramFiles',
    'ProgramFiles(x86)',
    'PROCESSOR_ARCHITECTURE',
    'NUMBER_OF_PROCESSORS',
  ],
  // where tool chains are
  ...[
    'NVM_DIR',
    'NVM_BIN',
    'FNM_DIR',
    'FNM_MULTISHELL_PATH',
    'VOLTA_HOME',
    'ASDF_DIR',
    'ASDF_DATA_DIR',
    'MISE_DATA_DIR',
  ],
  ...[
    'PNPM_HOME',
    'BUN_INSTALL',
    'DENO_DIR',
    'COREPACK_HOME',
    'JAVA_HOME',
    'GRADLE_USER_HOME',
    'ANDROID_HOME',
    'ANDROID_SDK_ROOT',
  ],
  ...[
    'GOPATH',
    'GOROOT',
    'GOBIN',
    'GOCACHE',
    'GOMODCACHE',
    'CARGO_HOME',
    'RUSTUP_HOME',
    'DOTNET_ROOT',
    'GEM_HOME',
    'RBENV_ROOT',
  ],
  ...[
    'PYENV_ROOT',
    'VIRTUAL_ENV',
    'CONDA_PREFIX',
    'PYTHONPATH',
    'NODE_PATH',
    'LD_LIBRARY_PATH',
    'DYLD_LIBRARY_PATH',
  ],
  // git, as the person set it up
  ...[
    'GIT_AUTHOR_NAME',
    'GIT_AUTHOR_EMAIL',
    'GIT_COMMITTER_NAME',
    'GIT_COMMITTER_EMAIL',
    'EMAIL',
    'GIT_CONFIG_GLOBAL',
  ],
  ...['GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_SSH', 'GIT_SSH_COMMAND', 'GNUPGHOME'],
  // trust and the way to the network; the agent's socket holds no secret, it only uses one
  ...[
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'REQUESTS_CA_BUNDLE',
    'GIT_SSL_CAINFO',
    'SSH_AUTH_SOCK',
    'SSH_AGENT_PID',
  ],
  ...[
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'NO_PROXY',
    'http_proxy',
    'https_proxy',
    'all_proxy',
    'no_proxy',
  ],
  ...['npm_config_registry', 'npm_config_cache', 'npm_config_prefix', 'npm_config_userconfig'],
];

// Addresses may carry a user name and a password in front of the host.
const CREDENTIALS = /:\/\/[^/\s]*@/;

const FIXED: Readonly<Record<string, string>> = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
};

/** The environment of a command: the allow-listed part of `source`, and what tells programs that nobody types or sees colours. */
export function commandEnvironment(
  source: NodeJS.ProcessEnv = process.env,
  extraNames: readonly string[] = [],
): Record<string, string> {
  const environment: Record<string, string> = {};
  const isWindows = process.platform === 'win32';
  const names = new Set(
    [...PASSED_NAMES, ...extraNames].map(name => (isWindows ? name.toLowerCase() : name)),
  );
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || CREDENTIALS.test(value)) continue;
    if (names.has(isWindows ? name.toLowerCase() : name) || name.startsWith('LC_')) environment[name] = value;
  }
  return { ...environment, ...FIXED };
}
