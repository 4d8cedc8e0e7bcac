/**
 * A time zone where it is after nine in the morning: what a suite makes today is still of today when it ends, whenever it is
 * run. Its name is one of those whose sign is the other way round.
 */
export function daytimeZone(now: Date): string {
  const offset = 9 - now.getUTCHours();
  const ahead = offset < -11 ? offset + 24 : offset;
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
