/** Rows that one call numbers. */
const numberedAtOnce = 256;

/**
 * `number_events()`: numbers what waits, at most 256 rows, and answers how many. It runs with the owner's rights, so
 * that the runtime role needs no right to update the log: a stolen role can neither hide an event behind another number
 * nor take a number back.
 *
 * Numbers have no gaps: the head's lock comes in a statement of its own, since only the next one's snapshot is sure to
 * see what another relay numbered before. A row's id is drawn after the row locks of its change, so that of two changes
 * to one thing the earlier has the lower id, and is there whenever the later one is; a transaction that is still open
 * takes its number when it has committed.
 */
export function numberEventsSql(schema: string, runtimeRole: string): { up: string[]; down: string[] } {
  const signature = `${schema}.number_events()`;
  return {
    up: [
      // Index by index, in order: a plan that was made while the log was short must not read, or sort, all of it when it
      // is long, nor all that waits while an import adds to it.
      `create function ${signature} returns integer language plpgsql security definer set search_path = ${schema}, pg_temp
       set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
       as $$
       declare
         numbered integer;
         last bigint;
       begin
         if not exists (select 1 from outbox where sequence is null) then
           return 0;
         end if;
         select last_sequence into strict last from outbox_head where is_only for update;
         update outbox set sequence = last + place
         from (
           select id as waiting, row_number() over (order by id) as place
           from (select id from outbox where sequence is null order by id limit ${numberedAtOnce}) as first
         ) as numbers
         where id = waiting;
         get diagnostics numbered = row_count;
         update outbox_head set last_sequence = last + numbered where is_only and numbered > 0;
         return numbered;
       end
       $$`,
      `revoke all on function ${signature} from public`,
      `grant execute on function ${signature} to ${runtimeRole}`,
    ],
    down: [`drop function ${signature}`],
  };
}

/**
 * `erase_personal(kind, id)`: takes the personal values out of all events about one target that is gone, answers of how
 * many, and can do nothing else. It runs with the owner's rights for the same reason: the runtime role may change no
 * event, and through this it can only forget values that the erased person has a right to see forgotten. A stolen role
 * cannot make the trail of an existing person anonymous.
 *
 * The head's lock comes first, as it does for numbering: the two take the same rows, and could else wait for each
 * other.
 * @param isGone a condition in SQL on `$1`, the kind, and `$2`, the id, both text; names in it with their schemas
 */
export function erasePersonalSql(
  schema: string,
  runtimeRole: string,
  isGone: string,
): { up: string[]; down: string[] } {
  const signature = `${schema}.erase_personal(text, text)`;
  return {
    up: [
      `create function ${signature} returns integer language plpgsql security definer set search_path = ${schema}, pg_temp
       set enable_seqscan = off
       as $$
       declare
         erased integer;
       begin
         if (${isGone}) is not true then
           raise exception 'the % is not erased, and keeps its personal values', $1 using errcode = 'check_violation';
         end if;
         perform from outbox_head where is_only for update;
         update outbox set personal = null
           where target ->> 'id' = $2 and target ->> 'kind' = $1 and personal is not null;
         get diagnostics erased = row_count;
         return erased;
       end
       $$`,
      `revoke all on function ${signature} from public`,
      `grant execute on function ${signature} to ${runtimeRole}`,
    ],
    down: [`drop function ${signature}`],
  };
}

/** A trigger: the head only goes forward, and nothing is called published that has no number. */
export function headGuardSql(schema: string): { up: string[]; down: string[] } {
  const signature = `${schema}.guard_outbox_head()`;
  return {
    up: [
      `create function ${signature} returns trigger language plpgsql as $$
       begin
         if new.last_sequence < old.last_sequence or new.published_sequence < old.published_sequence
           or new.published_sequence > new.last_sequence then
           raise exception 'the head of the outbox only goes forward: published % of %, found % of %',
             old.published_sequence, old.last_sequence, new.published_sequence, new.last_sequence
             using errcode = 'check_violation';
         end if;
         return new;
       end
       $$`,
      `create trigger outbox_head_guard before update on ${schema}.outbox_head for each row execute function ${signature}`,
    ],
    down: [`drop function ${signature}`],
  };
}
