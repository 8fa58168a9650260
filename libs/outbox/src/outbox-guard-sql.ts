/** Rows that one call numbers. */
const numberedAtOnce = 256;

/**
 * `number_events()`: numbers what waits, at most 256 rows, and answers how many. It runs with the owner's rights, so
 * that the runtime role needs no right to update the log: whoever has stolen that role can neither hide an event behind
 * another number nor take a number back.
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
      `create function ${signature} returns integer language plpgsql security definer set search_path = ${schema}, pg_temp
       as $$
       declare
         numbered integer := 0;
         waiting bigint;
         last bigint;
       begin
         if not exists (select 1 from outbox where sequence is null) then
           return 0;
         end if;
         select last_sequence into strict last from outbox_head for update;
         for waiting in select id from outbox where sequence is null order by id limit ${numberedAtOnce} loop
           numbered := numbered + 1;
           update outbox set sequence = last + numbered where id = waiting;
         end loop;
         update outbox_head set last_sequence = last + numbered where numbered > 0;
         return numbered;
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
