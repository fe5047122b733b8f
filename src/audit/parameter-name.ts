/** The longest configured name has 64 characters; a longer row of brackets is none of them. */
const BRACKETS = 128;

/**
 * What spellings of a parameter's name have in common that servers take for one: any capitals; PHP besides cuts it at a
 * NUL, passes over blanks before it, takes blanks, dots and a bracket that none closes for `_`, and what stands in brackets
 * (`x[]`, `x[0]`) for members of it.
 *
 * @param name decoded
 * @returns `full` with the members that brackets name, but for numbers and empty ones at its end; `base` without
 */
export function foldName(name: string): { readonly base: string; readonly full: string } {
  const nul = name.indexOf('\0');
  const text = (nul < 0 ? name : name.slice(0, nul)).trimStart().toLowerCase();
  const open = text.indexOf('[');
  if (open < 1 || !text.includes(']', open)) {
    const folded = text.replaceAll(/[ .[]/g, '_');
    return { base: folded, full: folded };
  }
  const base = text.slice(0, open).replaceAll(/[ .]/g, '_');
  const members = text.slice(open, text.lastIndexOf(']') + 1);
  if (members.length > BRACKETS) return { base, full: base };
  return { base, full: base + members.replace(/(?:\[\d*\])+$/, '') };
}
