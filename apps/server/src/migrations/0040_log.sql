-- The log finds entries by what they are about, is written by one server by a lease, and keeps what it published.

-- Which entry stands for what: opaque bytes whose neighbours belong together, so that appending touches the same few
-- pages however long the log is. An index over the entries themselves, which are random, would not. It is kept apart
-- from the public log, so that what links an entry to its subject can be erased.
create table log_subject (
  subject bytea not null check (octet_length(subject) between 1 and 64),
  index bigint not null check (index >= 0),
  primary key (subject) include (index)
);

alter table log_queue add column subject bytea check (octet_length(subject) between 1 and 64);

-- What was logged before: records and terms (the builders are in log/subjects.ts), and what has no row any more.
alter table record no force row level security;
alter table contract_terms no force row level security;
alter table log_entry no force row level security;
alter table log_queue no force row level security;
create temporary table old_subject on commit drop as
  select sha256('underseal/1/entry'::bytea || '\x00'::bytea || hash) as entry,
    '\x01'::bytea || uuid_send(contract_id) || uuid_send(device_id) || int8send(seq) as subject
  from record
  union all
  select sha256('underseal/1/entry'::bytea || '\x00'::bytea || terms_hash),
    '\x02'::bytea || uuid_send(contract_id) || int8send(version)
  from contract_terms;
insert into log_subject (subject, index)
  select coalesce(old_subject.subject, '\x00'::bytea || log_entry.entry), log_entry.index
  from log_entry left join old_subject using (entry);
update log_queue set subject = coalesce(
  (select old_subject.subject from old_subject where old_subject.entry = log_queue.entry), '\x00'::bytea || entry);
alter table record force row level security;
alter table contract_terms force row level security;
alter table log_entry force row level security;
alter table log_queue force row level security;

alter table log_entry drop constraint log_entry_entry_key;
alter table log_queue drop constraint log_queue_pkey;
alter table log_queue add primary key (subject);
-- Rows live for moments: the dead ones must go long before they are a share of a small table.
alter table log_queue set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

alter table log_subject enable row level security;
alter table log_subject force row level security;
-- A subject is opaque, and `enqueue` of a person's command must see whether it is logged.
create policy log_subject_read on log_subject for select to underseal_app using (true);
create policy log_subject_add on log_subject for insert to underseal_app with check (actor_is_system());
grant select, insert on log_subject to underseal_app;

-- Which server writes the log. Whoever takes the lease over raises the term under the head's lock, and each batch
-- compares its term under that lock, so that a server that slept through its lease cannot write.
create table log_lease (
  is_only boolean primary key default true check (is_only),
  holder text,
  term bigint not null default 0,
  expires_at timestamptz not null default '-infinity'
);
insert into log_lease default values;

-- Every note that was published; the first one that covers an entry bounds its time from above.
create table log_checkpoint (
  size bigint primary key check (size >= 0),
  note text not null,
  published_at timestamptz not null default clock_timestamp()
);

-- One token of a timestamping authority a day, over the newest published note.
create table log_anchor (
  day date primary key,
  size bigint not null references log_checkpoint,
  token bytea not null,
  anchored_at timestamptz not null default clock_timestamp()
);

-- What the log cannot do at present, for whoever watches any of the servers.
create table log_alarm (
  name text primary key check (name in ('publication', 'anchor')),
  since timestamptz not null default clock_timestamp(),
  detail text not null
);

do $$ declare name text; begin
  foreach name in array array['log_lease', 'log_checkpoint', 'log_anchor', 'log_alarm'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I for select to underseal_app using (true)', name || '_read', name);
  end loop;
end $$;
create policy log_lease_take on log_lease for update to underseal_app using (actor_is_system());
create policy log_checkpoint_add on log_checkpoint for insert to underseal_app with check (actor_is_system());
create policy log_anchor_add on log_anchor for insert to underseal_app with check (actor_is_system());
create policy log_alarm_raise on log_alarm for insert to underseal_app with check (actor_is_system());
create policy log_alarm_change on log_alarm for update to underseal_app using (actor_is_system());
create policy log_alarm_end on log_alarm for delete to underseal_app using (actor_is_system());
grant select on log_lease to underseal_app;
grant update (holder, term, expires_at) on log_lease to underseal_app;
grant select, insert on log_checkpoint, log_anchor to underseal_app;
grant select, insert, update, delete on log_alarm to underseal_app;
