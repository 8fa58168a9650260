import { createRequire } from 'node:module';
import type { Resource } from './resource.js';

const load = createRequire(import.meta.url);

interface Model {
  validate(): void;
}

/**
 * What is wrong with a resource by the schema of its kind, one line each: wrong types, missing fields, and keys that no
 * schema knows. The schemas let unknown keys pass, so the check is watched: a key that it never looks at is one that it
 * does not know.
 */
export function schemaFaults(resource: Resource): string[] {
  const model = modelOf(resource);
  const seen = new WeakMap<object, Set<string>>();
  const name = `${resource.kind} ${resource.metadata.name}`;
  const faults: string[] = [];
  try {
    model.validate.call(watched(model, seen));
  } catch (error) {
    faults.push(`${name}: ${(error as Error).message}`);
  }
  return [...faults, ...unseenKeys(model, seen, '').map((path) => `${name}${path}: is not known`)];
}

/** The class of `apps/v1` and `Deployment` is that of the module `kubernetes-models/apps/v1/Deployment`. */
function modelOf(resource: Resource): Model {
  const { apiVersion, kind } = resource;
  const { [kind]: ModelOfKind } = load(`kubernetes-models/${apiVersion}/${kind}`);
  return new ModelOfKind(resource);
}

function watched(value: unknown, seen: WeakMap<object, Set<string>>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const found = Reflect.get(target, key);
      if (typeof key === 'string') {
        const keys = seen.get(target) ?? new Set();
        seen.set(target, keys.add(key));
      }
      return watched(found, seen);
    },
  });
}

function unseenKeys(value: unknown, seen: WeakMap<object, Set<string>>, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = seen.get(value);
  // looked at as a whole, such as a quantity; what is in it is not the schema's
  if (keys === undefined) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    keys.has(key) ? unseenKeys(inner, seen, `${path}/${key}`) : [`${path}/${key}`],
  );
}
