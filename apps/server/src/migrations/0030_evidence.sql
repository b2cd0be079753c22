-- Device records exactly as they were signed, the rows that their meaning is read from, and receipts for sealed blobs.

-- Where each chain of records stands. Its row is the lock under which a device's records are admitted one by one.
create table device_chain (
  contract_id uuid not null,
  device_id uuid not null,
  freelancer_id uuid not null,
  -- -1 and 32 zero bytes while there is no record.
  head_seq bigint not null default -1,
  head_hash bytea not null check (octet_length(head_hash) = 32),
  -- The sequence number of the start of the run that has not stopped.
  open_run_seq bigint,
  primary key (contract_id, device_id)
);

-- Bytes that were signed are the bytes that are kept: nothing here is ever serialised again. The parties stand in
-- every row, so that row-level security needs no look into another table.
create table record (
  contract_id uuid not null,
  device_id uuid not null,
  seq bigint not null,
  freelancer_id uuid not null,
  client_id uuid not null,
  kind text not null check (kind in ('start', 'capture', 'segment', 'disclosure')),
  hash bytea not null check (octet_length(hash) = 32),
  body_hash bytea not null check (octet_length(body_hash) = 32),
  terms_hash bytea not null check (octet_length(terms_hash) = 32),
  -- The ten minutes that it is about; a disclosure is about those of its capture.
  slot integer not null,
  payload_type text not null,
  body bytea not null,
  key_id text not null,
  signature bytea not null check (octet_length(signature) = 64),
  arrived_at timestamptz not null,
  arrival_body bytea not null,
  arrival_key_id text not null,
  arrival_signature bytea not null check (octet_length(arrival_signature) = 64),
  primary key (contract_id, device_id, seq),
  unique (contract_id, hash),
  unique (contract_id, body_hash)
);
create index record_slot on record (contract_id, slot);

-- Two bodies with one device, contract and number are evidence for an arbiter, not a verdict: a restored backup makes
-- one too. So the second is kept, and refused.
create table record_conflict (
  contract_id uuid not null,
  device_id uuid not null,
  seq bigint not null,
  freelancer_id uuid not null,
  client_id uuid not null,
  body_hash bytea not null check (octet_length(body_hash) = 32),
  payload_type text not null,
  body bytea not null,
  key_id text not null,
  signature bytea not null check (octet_length(signature) = 64),
  arrived_at timestamptz not null,
  primary key (contract_id, device_id, body_hash)
);

create table run (
  contract_id uuid not null,
  device_id uuid not null,
  start_seq bigint not null,
  freelancer_id uuid not null,
  client_id uuid not null,
  draw_commitment bytea not null check (octet_length(draw_commitment) = 32),
  -- By the device's clock, in whole Unix seconds.
  started_at_s bigint not null,
  primary key (contract_id, device_id, start_seq)
);

create table run_stop (
  contract_id uuid not null,
  device_id uuid not null,
  start_seq bigint not null,
  freelancer_id uuid not null,
  client_id uuid not null,
  stop_seq bigint not null,
  draw_seed bytea not null check (octet_length(draw_seed) = 32),
  stopped_at_s bigint not null,
  -- What the seed drew in the run's segments: worked out once, as the diary asks for it again and again.
  drawn_rounds bigint[] not null,
  primary key (contract_id, device_id, start_seq)
);

create table capture (
  contract_id uuid not null,
  hash bytea not null,
  device_id uuid not null,
  seq bigint not null,
  start_seq bigint not null,
  freelancer_id uuid not null,
  client_id uuid not null,
  terms_hash bytea not null,
  slot integer not null,
  round bigint not null,
  taken_at_s bigint not null,
  masked_permille integer not null,
  arrived_at timestamptz not null,
  primary key (contract_id, hash),
  unique (contract_id, device_id, start_seq, round)
);
create index capture_slot on capture (contract_id, slot);

create table segment (
  contract_id uuid not null,
  hash bytea not null,
  device_id uuid not null,
  seq bigint not null,
  -- Null for manual time, which belongs to no run.
  start_seq bigint,
  freelancer_id uuid not null,
  client_id uuid not null,
  terms_hash bytea not null,
  slot integer not null,
  minutes integer not null check (minutes between 0 and 10),
  activity integer not null,
  has_changed_work boolean not null,
  mode text not null,
  is_manual boolean not null,
  arrived_at timestamptz not null,
  -- What was decided when it was admitted, and is not decided again: the minutes of the week before it, and what the
  -- deposit said.
  minutes_before integer not null,
  -- Null where there was nothing to hold.
  deposit text check (deposit in ('has-room', 'short', 'absent')),
  deposit_used_permille integer not null,
  primary key (contract_id, hash),
  unique (contract_id, device_id, seq)
);
create index segment_slot on segment (contract_id, slot);

create table disclosure (
  contract_id uuid not null,
  capture_hash bytea not null,
  ver integer not null,
  hash bytea not null,
  device_id uuid not null,
  freelancer_id uuid not null,
  client_id uuid not null,
  slot integer not null,
  redacted_permille integer not null,
  visible_digest bytea not null check (octet_length(visible_digest) = 32),
  visible_bytes bigint not null,
  hidden_digest bytea not null check (octet_length(hidden_digest) = 32),
  hidden_bytes bigint not null,
  arrived_at timestamptz not null,
  primary key (contract_id, capture_hash, ver)
);
create index disclosure_slot on disclosure (contract_id, slot);
create index disclosure_visible on disclosure (visible_digest);
create index disclosure_hidden on disclosure (hidden_digest);

-- A person bills ten minutes to one contract from one device. The rule is about the person, so its key is the
-- person's and not the contract's.
create table slot_claim (
  freelancer_id uuid not null,
  slot integer not null,
  contract_id uuid not null,
  device_id uuid not null,
  primary key (freelancer_id, slot)
);

-- How many minutes of a week are admitted: the lock under which the weekly limit is decided.
create table week_minutes (
  contract_id uuid not null,
  week_start date not null,
  freelancer_id uuid not null,
  client_id uuid not null,
  minutes integer not null check (minutes >= 0),
  primary key (contract_id, week_start)
);

create table blob_receipt (
  contract_id uuid not null,
  digest bytea not null check (octet_length(digest) = 32),
  freelancer_id uuid not null,
  client_id uuid not null,
  size_bytes bigint not null check (size_bytes > 0),
  stored_at timestamptz not null,
  body bytea not null,
  key_id text not null,
  signature bytea not null check (octet_length(signature) = 64),
  primary key (contract_id, digest)
);

do $$
declare
  shared_table text;
begin
  -- What both parties of the contract may read.
  foreach shared_table in array array[
    'record', 'record_conflict', 'run', 'run_stop', 'capture', 'segment', 'disclosure', 'week_minutes', 'blob_receipt'
  ] loop
    execute format('alter table %I enable row level security', shared_table);
    execute format('alter table %I force row level security', shared_table);
    execute format(
      'create policy %I on %I for select to underseal_app
         using (freelancer_id = actor_person_id() or client_id = actor_person_id() or actor_is_system())',
      shared_table || '_parties', shared_table);
    execute format(
      'create policy %I on %I for insert to underseal_app with check (actor_is_system())',
      shared_table || '_add', shared_table);
    execute format('grant select, insert on %I to underseal_app', shared_table);
  end loop;
end
$$;

create policy week_minutes_count on week_minutes for update to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant update (minutes) on week_minutes to underseal_app;

-- What only the freelancer may read: where their devices stand, and when they work for whom.
alter table device_chain enable row level security;
alter table device_chain force row level security;
create policy device_chain_own on device_chain for select to underseal_app
  using (freelancer_id = actor_person_id() or actor_is_system());
create policy device_chain_open on device_chain for insert to underseal_app with check (actor_is_system());
create policy device_chain_move on device_chain for update to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert on device_chain to underseal_app;
grant update (head_seq, head_hash, open_run_seq) on device_chain to underseal_app;

alter table slot_claim enable row level security;
alter table slot_claim force row level security;
create policy slot_claim_own on slot_claim for select to underseal_app
  using (freelancer_id = actor_person_id() or actor_is_system());
create policy slot_claim_add on slot_claim for insert to underseal_app with check (actor_is_system());
grant select, insert on slot_claim to underseal_app;
