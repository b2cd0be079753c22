-- What people sign about devices and records: revocations, acknowledgements, and the week under one root.

-- The owner's statement; null for what was revoked before there were such statements.
alter table device add column revocation jsonb check (revocation is null or state = 'revoked');
grant update (revocation) on device to underseal_app;

-- What the client's software found in the files of a disclosure. Envelopes are kept whole, as they were signed.
create table acknowledgement (
  contract_id uuid not null,
  disclosure_hash bytea not null check (octet_length(disclosure_hash) = 32),
  -- Counts from 1: a later finding that differs is kept beside the earlier ones.
  place int not null check (place between 1 and 8),
  freelancer_id uuid not null,
  client_id uuid not null,
  -- Of the disclosure.
  slot integer not null,
  verdict text not null check (verdict in ('ok', 'UNDECRYPTABLE', 'ROOT', 'MAP', 'CAP', 'MISSING')),
  envelope jsonb not null,
  acknowledged_at timestamptz not null,
  primary key (contract_id, disclosure_hash, place)
);
create index acknowledgement_slot on acknowledgement (contract_id, slot);

create table week_statement (
  contract_id uuid not null,
  -- The Monday.
  week_start date not null,
  -- Counts from 1: the last one stands.
  place int not null check (place between 1 and 51),
  freelancer_id uuid not null,
  client_id uuid not null,
  -- Who signed: the freelancer, or the platform after the lock.
  signed_by text not null check (signed_by in ('freelancer', 'platform')),
  records int not null check (records >= 0),
  root bytea not null check (octet_length(root) = 32),
  envelope jsonb not null,
  stated_at timestamptz not null,
  primary key (contract_id, week_start, place)
);

-- Of each week with minutes, when its statement was seen to after the lock; null while it is not.
alter table week_minutes add column stated_at timestamptz;
create index week_minutes_unstated on week_minutes (week_start) where stated_at is null;
grant update (stated_at) on week_minutes to underseal_app;

do $$
declare
  shared_table text;
begin
  foreach shared_table in array array['acknowledgement', 'week_statement'] loop
    execute format('alter table %I enable row level security', shared_table);
    execute format('alter table %I force row level security', shared_table);
    execute format(
      'create policy %I on %I for select to underseal_app
         using (freelancer_id = actor_person_id() or client_id = actor_person_id() or actor_is_system())',
      shared_table || '_parties', shared_table);
    execute format('grant select, insert on %I to underseal_app', shared_table);
  end loop;
end
$$;
create policy acknowledgement_by_client on acknowledgement for insert to underseal_app
  with check (client_id = actor_person_id());
create policy week_statement_sign on week_statement for insert to underseal_app
  with check (
    (signed_by = 'freelancer' and freelancer_id = actor_person_id()) or (signed_by = 'platform' and actor_is_system())
  );
