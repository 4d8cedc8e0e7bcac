/** A working directory and, beside it, a folder with a file `secret`, which nobody may reach from there. */
interface Places {
  readonly root: string;
  readonly out: string;
}

/** Links to be made in the working directory, which has `inside/deep` and the file `plain`: all but `here` lead out or nowhere. */
export function leadingOut({ out }: Places): readonly (readonly [name: string, target: string])[] {
  return [
    ['absolute', out],
    ['relative', '../out'],
    ['inside/up', '../../out'],
    ['twice', 'absolute'],
    ['inside/winding', 'deep/../../../out'],
    ['proc', '/proc/self/root'],
    ['cwd', '/proc/self/cwd'],
    ['here', '.'],
    ['file', `${out}/secret`],
    ['dangling', '../out/new'],
    ['circle', 'circle'],
  ];
}

/** Paths that are to be refused in every use. */
export function refusedForms({ root, out }: Places): readonly string[] {
  const before = ['', './', '/./', 'inside/', 'inside/../', 'inside/deep/', 'inside//'];
  const through = ['./inside/./deep/', 'plain/', 'none/', 'here/'];
  const ups = ['..', '../..', '../../..', '../../../../../../../../..', './/..'];
  const targets = ['', '/out', '/out/secret', '/out/new', '/etc/hostname', '/root/../out/secret'];
  const climbing = [...before, ...through].flatMap(start =>
    ups.flatMap(up => targets.map(target => `${start}${up}${target}`)),
  );
  const folders = ['absolute', 'relative', 'inside/up', 'twice', 'inside/winding'];
  const linked = [...folders, 'here/here/relative', 'here/inside/up', `proc${out}`].flatMap(place =>
    ['secret', 'new', 'deep/new', 'deep/../secret'].map(rest => `${place}/${rest}`),
  );
  const absolute = ['/', '//', '///etc', '/etc/hostname', out, `${out}/secret`, `${out}/new`];
  const winding = [`${root}/../out/secret`, `${root}/..`, `${root}x`, `${root}-sibling/a`, `//${out}/secret`];
  const special = [`/.${out}/secret`, '/dev/fd/0', '/proc/self/cwd/x', `/proc/self/root${out}/secret`];
  return [...climbing, ...linked, ...absolute, ...winding, ...special];
}

/** Paths that are only odd: some file system or program takes them for a way out, another one for a name. */
export function oddForms({ out }: Places): readonly string[] {
  const links = ['absolute/', 'relative/', `proc${out}/`, 'cwd/x', 'file', 'dangling', 'circle', 'file/'];
  const shells = ['circle/x', '~', '~/x', '~root/x', `file://${out}/secret`];
  const windows = ['C:\\Windows', '\\\\server\\share', '..\\..', '..\\out\\secret', '...\\..'];
  const below = ['inside\\..\\..\\out\\secret', 'here/..\\..\\out', 'plain\\..\\..\\out\\secret'];
  const encoded = ['%2e%2e/out/secret', '..%2fout/secret', '..\u2215out/secret', '\u2025/out/secret'];
  const hidden = ['../out/secret\0.txt', 'a\0b', 'a\nb', 'a\u202etxt', '..\u200b/x\u0007', '.. ', ' ', '\t'];
  const long = ['x'.repeat(300), `${'a/'.repeat(3000)}b`];
  return [...links, ...shells, ...windows, ...below, ...encoded, ...hidden, ...long];
}
