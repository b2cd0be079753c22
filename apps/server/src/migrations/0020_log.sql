-- The public log (C2SP tlog-tiles): entries of 32 opaque bytes, the tree over them, and its signed head.

-- What waits to be logged; written in the transaction of whoever has something to log.
create table log_queue (
  entry bytea primary key check (octet_length(entry) = 32),
  -- For fairness only: which order the log takes is nobody's promise.
  position bigint generated always as identity
);
create index log_queue_position on log_queue (position);

create table log_entry (
  index bigint primary key check (index >= 0),
  entry bytea not null unique check (octet_length(entry) = 32)
);

-- The hash of the complete subtree over the entries [index * 2^level, (index + 1) * 2^level).
create table log_node (
  level smallint not null check (level between 0 and 53),
  index bigint not null check (index >= 0),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (level, index)
);

-- One row. Whoever writes the log locks it first, so that there is one writer however many servers run.
create table log_head (
  is_only boolean primary key default true check (is_only),
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  -- The signed note; null until the first server has opened the log.
  checkpoint text
);
insert into log_head (size, root) values (0, sha256(''));

alter table log_queue enable row level security;
alter table log_queue force row level security;
alter table log_entry enable row level security;
alter table log_entry force row level security;
alter table log_node enable row level security;
alter table log_node force row level security;
alter table log_head enable row level security;
alter table log_head force row level security;

-- The log is public: everybody may read it. A person's command may queue an entry; only the server writes the log.
create policy log_queue_read on log_queue for select to underseal_app using (true);
create policy log_queue_add on log_queue for insert to underseal_app with check (true);
create policy log_queue_take on log_queue for delete to underseal_app using (actor_is_system());
create policy log_entry_read on log_entry for select to underseal_app using (true);
create policy log_entry_add on log_entry for insert to underseal_app with check (actor_is_system());
create policy log_node_read on log_node for select to underseal_app using (true);
create policy log_node_add on log_node for insert to underseal_app with check (actor_is_system());
create policy log_head_read on log_head for select to underseal_app using (true);
create policy log_head_move on log_head for update to underseal_app using (actor_is_system());

grant select, insert, delete on log_queue to underseal_app;
grant select, insert on log_entry, log_node to underseal_app;
grant select on log_head to underseal_app;
grant update (size, root, checkpoint) on log_head to underseal_app;
