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
