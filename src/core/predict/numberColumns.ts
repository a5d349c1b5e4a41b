/**
 * Columns of predicted numbers in a table that has `others` too: their names, as `prediction of <name>`
 * where another column has the name.
 */
export function numberColumns(names: readonly string[], others: readonly string[]): string[] {
  const taken = new Set([...others, ...names]);
  return names.map((name) => {
    if (!others.includes(name)) return name;
    let column = name;
    do column = `prediction of ${column}`;
    while (taken.has(column));
    taken.add(column);
    return column;
  });
}
