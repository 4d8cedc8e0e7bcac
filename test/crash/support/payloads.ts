/** Lines that a person allowed, as argument lists that no shell reads. */
export const ALLOWED: readonly (readonly string[])[] = [
  ['git', 'status'],
  ['echo', '*'],
  ['ls', '-la'],
  ['cat', 'README.md'],
  ['true'],
];
const BASES = ['git status', 'echo hello', 'ls -la', 'cat README.md', 'true'];

/** What a published bypass puts behind, before or around an allowed line. `B`: that line, `T`: what it wants run, `F`: a file. */
const AROUND = [
  ...['B; T', 'B;T', 'B && T', 'B&&T', 'B & T', 'B &T', 'B || T', 'false || T', 'B | T', 'B |& T'],
  ...['B\nT', 'B\r\nT', 'B\n\nT #', 'B\u000bT', 'B\u2028T', 'B \\\n; T', 'B #\nT', 'B;\tT', 'T;B', 'T && B'],
  ...['B $(T)', 'B "$(T)"', 'B `T`', 'B "`T`"', 'B ${x:-$(T)}', 'B "${x:=`T`}"', 'B $((`T`))', 'B <(T)'],
  ...['B >(T)', 'B > F', 'B >> F', 'B >| F', 'B 2> F', 'B &> F', 'B <> F', 'B 1>&2 > F', 'B >F 2>&1'],
  ...[
    '(B; T)',
    '{ B; T; }',
    '! T',
    'X=1 T',
    'IFS=, T',
    'exec T',
    'eval "T"',
    'eval T',
    'command T',
    'time T',
  ],
  ...["sh -c 'T'", 'bash -c "T"', '/bin/sh -c "T"', "env sh -c 'T'", "trap 'T' EXIT; B", 'T #B', ': B; T'],
  ...[
    'B ;T&',
    'B${IFS};${IFS}T',
    "B $'\\n'T",
    'B {a,$(T)}',
    'B ~+$(T)',
    'cat <<E\n$(T)\nE',
    'if B; then T; fi',
  ],
  ...[
    'for i in 1; do T; done',
    'while T; do break; done',
    'f() { T; }; f',
    'alias B=T; B',
    'B | sh',
    'B | tee F',
  ],
  ...[
    'B | xargs T',
    'B; . ./evil.sh',
    'B -- $(T)',
    'B "a"$(T)"b"',
    "B 'a'`T`'b'",
    'B\u0000; T',
    'B \u202e; T',
  ],
];

/** Programs that run others or write files because an argument says so. */
const ARGUMENTS = [
  ...[
    "git -c core.pager='T' -p log",
    "git -c alias.x='!T' x",
    "git -c core.fsmonitor='T' status",
    'git status -c',
  ],
  ...[
    "git -c core.sshCommand='T' fetch ssh://a/b",
    "git clone 'ext::sh -c T'",
    "git ls-remote --upload-pack='T' .",
  ],
  ...['git log --output=F', 'git diff --no-index --output=F /dev/null README.md', 'git --exec-path=. status'],
  ...[
    "git grep -O'T' x",
    "git bisect run sh -c 'T'",
    "git rebase --exec 'T'",
    'git --git-dir=evil.git status',
  ],
  ...[
    'git -C evil status',
    "git archive --remote=. --exec='T' HEAD",
    "git submodule foreach 'T'",
    'git init F',
  ],
  ...['find . -exec T ;', 'find . -execdir T +', 'find . -fprintf F x', 'find . -delete', 'find . -ok T ;'],
  ...[
    "sed -n '1e T' README.md",
    "sed 'w F' README.md",
    'sed -i s/a/b/ README.md',
    `awk 'BEGIN{system("T")}'`,
  ],
  ...["tar -cf /dev/null README.md --checkpoint=1 --checkpoint-action=exec='T'", "tar xf a --to-command='T'"],
  ...[
    "man -P 'T' ls",
    "less +'!T' README.md",
    "vim -c ':!T' -c q",
    "ex -c '!T'",
    'ed F',
    'nano F',
    "more '+!T' a",
  ],
  ...[
    `python3 -c 'import os;os.system("T")'`,
    `perl -e 'system("T")'`,
    `ruby -e 'system("T")'`,
    `php -r 'system("T");'`,
  ],
  ...[
    `node -e 'require("child_process").execSync("T")'`,
    `lua -e 'os.execute("T")'`,
    "gdb -batch -ex '!T'",
    'tclsh F',
  ],
  ...[
    "ssh -o ProxyCommand='T' x",
    "scp -S './evil.sh' a b:",
    "rsync -e 'T' a b:",
    "sftp -oProxyCommand='T' x",
  ],
  ...[
    'curl -o F file:///etc/hostname',
    'wget -O F http://127.0.0.1:1/',
    'curl http://127.0.0.1:1/',
    'nc 127.0.0.1 1',
  ],
  ...[
    "zip -r F . -T --unzip-command='T'",
    'dd if=README.md of=F',
    'tee F',
    'cp README.md F',
    'mv README.md F',
  ],
  ...[
    'ln -s /etc/passwd F',
    'ln README.md F',
    'install README.md F',
    'sort -o F README.md',
    'split README.md F',
  ],
  ...[
    'xxd -r README.md F',
    'touch F',
    'truncate -s 1 F',
    'mkdir F',
    'mkfifo F',
    'mktemp -p .. x',
    'printf x > F',
  ],
  ...[
    'nice T',
    'nohup T',
    'setsid T',
    'timeout 1 T',
    'stdbuf -o0 T',
    'strace -o F true',
    'watch -n1 T',
    'env T',
    'xargs T',
  ],
  ...[
    "script -c 'T' F",
    'busybox sh -c T',
    'make -f evil.mk',
    'npm exec -- T',
    'npx -c T',
    "flock F -c 'T'",
    'unshare T',
  ],
  ...[
    'crontab evil.cron',
    'at -f evil.sh now',
    'systemd-run T',
    'ionice T',
    'taskset 1 T',
    'chroot / T',
    'sudo T',
    'su -c T',
  ],
  ...[
    'echo; T',
    'echo -e "\\x41"; T',
    'rm -rf ..',
    'chmod 777 ..',
    'kill -9 1',
    'source evil.sh',
    '. evil.sh',
    './evil.sh',
  ],
  ...[
    'gcc -wrapper sh,-c,T evil.c',
    'rg --pre ./evil.sh x',
    'fd -x T',
    'bc -l evil.bc',
    'openssl req -engine ./evil.so',
  ],
];

/** The same line, written differently. */
const SPELLINGS: readonly ((line: string) => string)[] = [
  line => line,
  line => ` ${line}`,
  line => `\\${line}`,
  line => line.replace(/^([a-z])([a-z]+)/, '$1""$2'),
  line => `/usr/bin/env ${line}`,
];

/** Every payload: `touch FILE` is what each of them wants to happen, or that FILE is written. */
export function payloads(file: string): readonly string[] {
  const around = AROUND.flatMap(form => BASES.map(base => fill(form, base, file)));
  const others = ARGUMENTS.flatMap(form => SPELLINGS.map(spell => spell(fill(form, 'true', file))));
  return [...new Set([...around, ...others])];
}

function fill(form: string, base: string, file: string): string {
  const filled = form.replace(/\bT\b/g, () => `touch ${file}`).replace(/\bF\b/g, () => file);
  return filled.replace(/(?<![A-Za-z-])B(?=\b|\$\{)/g, () => base);
}
