/** How long the processor works for an action, in milliseconds, whatever else the machine has to do. */
export function processorTime(action: () => unknown): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
