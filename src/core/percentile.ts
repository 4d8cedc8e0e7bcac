/**
 * The nearest-rank percentile: the least value that at least `rank` percent of all do not exceed; `null` of none. Reorders
 * `values`. Selects instead of sorting, so that a million of them hold nobody up.
 */
export function percentile(values: Float64Array, rank: number): number | null {
  if (values.length === 0) return null;
  const wanted = Math.max(0, Math.ceil((rank / 100) * values.length) - 1);
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const [left, right] = partition(values, low, high);
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break;
  }
  return values[wanted] ?? null;
}

/** Hoare's: afterwards what is left of `left` is at most, what is right of `right` at least the pivot; what is between is equal. */
function partition(values: Float64Array, low: number, high: number): [left: number, right: number] {
  const at = (index: number): number => values[index] ?? 0;
  const [first, middle, last] = [at(low), at((low + high) >>> 1), at(high)];
  const pivot = Math.max(Math.min(first, middle), Math.min(Math.max(first, middle), last));
  let [left, right] = [low, high];
  while (left <= right) {
    while (at(left) < pivot) left++;
    while (at(right) > pivot) right--;
    if (left > right) break;
    [values[left], values[right]] = [at(right), at(left)];
    left++;
    right--;
  }
  return [left, right];
}
