type Variables = Readonly<Record<string, string>>;

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The variables that an agent is given besides the allow-listed ones; `${env:NAME}` stands for a variable of ours. */
export function agentVariables(
  variables: Variables | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Variables {
  const entries = Object.entries(variables ?? {}).map(([name, value]) => [
    name,
    value.replace(REFERENCE, (_reference, own: string) => environment[own] ?? ''),
  ]);
  return Object.fromEntries(entries) as Variables;
}

/** Whether a variable of this name holds a secret by custom. */
export function isSecretName(name: string): boolean {
  return /key|token|secret|password|credential/i.test(name);
}
