/**
 * Lets this process and what it starts live at midday when it is nearly or hardly past midnight here: what a test did today
 * must not be of yesterday before the test ends.
 */
export function keepFromMidnight(): void {
  const hour = new Date().getHours();
  if (hour >= 2 && hour < 22) return;
  const pastMidday = new Date().getUTCHours() - 12;
  // In these names west is positive.
  process.env['TZ'] = `Etc/GMT${pastMidday < 0 ? '' : '+'}${pastMidday}`;
}
