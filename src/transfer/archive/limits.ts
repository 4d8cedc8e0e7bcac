/** What an archive may be at most: an honest one of any size that the program can hold fits, a bomb does not. */
export const MAX_ENTRIES = 50_000;
/** Bytes of the zip file. */
export const MAX_ARCHIVE = 4 * 1024 ** 3;
/** Bytes of all files in it together, unpacked. */
export const MAX_UNPACKED = 8 * 1024 ** 3;
/** Bytes of one file in it, unpacked. */
export const MAX_ENTRY = 1024 ** 3;
export const MAX_MANIFEST = 16 * 1024 ** 2;
/** Unpacked bytes for one packed byte, where a file has more than `DENSE_BYTES`. */
export const MAX_RATIO = 400;
export const DENSE_BYTES = 16 * 1024 ** 2;
