/** Paths in a JSON document: JSON Pointer (RFC 6901) if it begins with `/`, else JSONPath (RFC 9535). */
import { FunctionExpressionType, JSONPathEnvironment, JSONPointer } from 'json-p3';
import { compileRe2 } from '../../text/re2';

/** Limit for results and depth. */
const MOST_FOUND = 1000;

const environment = new JSONPathEnvironment();
// with regular expressions that run in linear time
for (const name of ['match', 'search'])
  environment.functionRegister.set(name, {
    argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.LogicalType,
    call(text: unknown, pattern: unknown): boolean {
      if (typeof text !== 'string' || typeof pattern !== 'string') return false;
      try {
        const matcher = compileRe2(pattern).matcher(text);
        return name === 'match' ? matcher.matches() : matcher.find();
      } catch {
        return false;
      }
    },
  });

/**
 * Compiles a path to a function that returns the values at it. @throws Error if `path` is invalid @public loaded on
 * demand
 */
export function compilePath(path: string): (document: unknown) => unknown[] {
  if (path.startsWith('/')) {
    const pointer = new JSONPointer(path);
    const nothing = Symbol('nothing');
    return (document) => {
      const found = pointer.resolve(document as never, nothing as never) as unknown;
      return found === nothing ? [] : [found];
    };
  }
  const query = environment.compile(path);
  return (document) => {
    const found: unknown[] = [];
    for (const node of query.lazyQuery(document as never)) {
      found.push(node.value);
      if (found.length >= MOST_FOUND) break;
    }
    return found;
  };
}
