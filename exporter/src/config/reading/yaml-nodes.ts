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

/** Offset of the key (or list item) at `path`, or of the nearest enclosing one. */
export function startOf(document: Document, path: Path): number | undefined {
  let node: unknown = document.contents;
  let start = isNode(node) ? node.range?.[0] : undefined;
  for (const key of path) {
    const holder: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isSeq(holder) && typeof key === 'number') {
      node = holder.items[key];
      if (isNode(node)) start = node.range?.[0] ?? start;
    } else if (isMap(holder)) {
      const pair = pairOf(document, holder.items, String(key));
      if (pair === undefined) break;
      node = pair.value;
      start = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? start;
    } else break;
  }
  return start;
}

function pairOf(document: Document, pairs: Pair[], key: string): Pair | undefined {
  const own = pairs.find((pair) => keyOf(pair) === key);
  if (own) return own;
  for (const pair of pairs) {
    if (keyOf(pair) !== '<<') continue;
    const merged = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const map: unknown = isAlias(source) ? source.resolve(document) : source;
      const found = isMap(map) ? pairOf(document, map.items, key) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}
