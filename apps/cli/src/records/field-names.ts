import { fieldOfFileName, fieldOfProperty, propertyGroups } from '@countersign/contracts';
import { isObject, positionOf, shownName } from '../schema-faults.js';

type Named = { readonly record: unknown } | { readonly fault: string };

/**
 * A record whose every value stands at its field: property names (property-aliases.ts) are replaced, alone and within
 * the objects by which older files group them. A record without such names is answered as it is.
 */
export function withFieldNames(record: unknown): Named {
  const isField = (name: string) => !propertyGroups.includes(name) && fieldOfFileName(name) === undefined;
  if (!isObject(record) || Object.keys(record).every(isField)) return { record };
  const named = Object.fromEntries(Object.entries(record).filter(([name]) => isField(name)));
  const moved: (readonly [field: string, value: unknown])[] = [];
  for (const [name, value] of Object.entries(record)) {
    if (isField(name)) continue;
    if (!propertyGroups.includes(name)) moved.push([fieldOfFileName(name) ?? name, value]);
    else if (!isObject(value)) return { fault: `${name}: is not an object` };
    else {
      for (const [property, own] of Object.entries(value)) {
        const field = fieldOfProperty(property);
        if (field === undefined) return { fault: `unknown field ${name}.${shownName(property)}` };
        moved.push([field, own]);
      }
    }
  }
  const double = moved.find(([field, value]) => !isPlaced(named, field, value));
  return double === undefined ? { record: named } : { fault: `${double[0]} occurs twice` };
}

/** False where the record has a value at that field already. What is of the wrong kind stays, and is refused as that. */
function isPlaced(record: Record<string, unknown>, field: string, value: unknown): boolean {
  const [head = '', key] = field.split('.');
  const before = record[head];
  if (key === undefined) {
    if (before !== undefined) return false;
    record[head] = value;
  } else if (head === 'emails' || head === 'phones') {
    const contacts: readonly unknown[] = Array.isArray(before) ? before : [];
    if (contacts.some((contact, at) => positionOf(contact, at) === Number(key))) return false;
    if (before === undefined || Array.isArray(before)) record[head] = [...contacts, { position: Number(key), value }];
  } else {
    const members = isObject(before) ? before : {};
    if (Object.hasOwn(members, key)) return false;
    if (before === undefined || isObject(before)) record[head] = { ...members, [key]: value };
  }
  return true;
}
