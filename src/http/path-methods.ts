/** Which methods a path has: for the answer to whoever asks with another one. */

export interface PathMethods {
  add(method: string, pattern: string): void;
  /** Empty if there is no such path. */
  of(path: string): readonly string[];
}

/** Patterns are written as for the router: `/api/v1/calls/:id/recording/pause`. */
export function createPathMethods(): PathMethods {
  const known = new Map<string, { readonly expression: RegExp; readonly methods: Set<string> }>();
  return {
    add(method, pattern) {
      const entry = known.get(pattern) ?? { expression: toExpression(pattern), methods: new Set<string>() };
      known.set(pattern, entry);
      entry.methods.add(method);
    },
    of: (path) => {
      const found = [...known.values()].filter(({ expression }) => expression.test(path));
      return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
    },
  };
}

function toExpression(pattern: string): RegExp {
  const parts = pattern
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
