/** Traverses the nodes of a YAML document, following aliases and merge keys (`<<`). */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';
import type { Path } from './problems';

/** Calls `each` for every scalar, aliases followed. */
export function walk(
  document: Document,
  node: unknown,
  path: Path,
  each: (path: Path, node: Scalar) => void,
  depth = 0
): void {
  if (depth > 50) return;
  if (isAlias(node)) walk(document, node.resolve(document), path, each, depth + 1);
  else if (isScalar(node)) each(path, node);
  else if (isSeq(node)) node.items.forEach((item, index) => walk(document, item, [...path, index], each, depth + 1));
  else if (isMap(node)) {
    for (const pair of node.items) {
      const key = keyOf(pair);
      walk(document, pair.value, key === '<<' ? path : [...path, key], each, depth + 1);
    }
  }
}

/** Where something stands, and what is inside: by key, or by place in a list. */
export interface LineTree {
  line: number;
  inside?: Map<string | number, LineTree>;
}

/** The lines of all keys and list items of a document, as its values are: what an alias repeats stands where it was written. */
export function lineTree(document: Document, lineAt: (offset: number) => number): LineTree | undefined {
  const known = new Map<unknown, LineTree['inside']>();
  const startOf = (node: unknown) => (isNode(node) ? node.range?.[0] : undefined);

  function inside(node: unknown): LineTree['inside'] {
    const holder: unknown = isAlias(node) ? node.resolve(document) : node;
    if (known.has(holder)) return known.get(holder);
    if (!isSeq(holder) && !isMap(holder)) return undefined;
    const found: NonNullable<LineTree['inside']> = new Map();
    known.set(holder, found);
    if (isSeq(holder))
      holder.items.forEach((item, index) => {
        const start = startOf(item);
        if (start !== undefined) found.set(index, { line: lineAt(start), inside: inside(item) });
      });
    else {
      for (const pair of holder.items) {
        const start = startOf(pair.key);
        if (start !== undefined && !found.has(keyOf(pair)))
          found.set(keyOf(pair), { line: lineAt(start), inside: inside(pair.value) });
      }
      for (const pair of holder.items) {
        if (keyOf(pair) !== '<<') continue;
        const merged: unknown = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
        for (const source of isSeq(merged) ? merged.items : [merged])
          for (const [key, tree] of inside(source) ?? []) if (!found.has(key)) found.set(key, tree);
      }
    }
    return found;
  }

  const start = startOf(document.contents);
  return start === undefined ? undefined : { line: lineAt(start), inside: inside(document.contents) };
}

/** The line of the key (or list item) at `path`, or of the nearest one that encloses it. */
export function lineIn(tree: LineTree | undefined, path: Path): number | undefined {
  let found = tree;
  for (const key of path) {
    const next: LineTree | undefined = found?.inside?.get(typeof key === 'number' ? key : String(key));
    if (!next) break;
    found = next;
  }
  return found?.line;
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}
