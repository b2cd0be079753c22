-- Devices: the code a new one is announced with, the key it asks to have certified, and the certificate it got.

-- At most one code per person: making one ends the last. Using it deletes it. Only the hash of a code is kept.
create table device_code (
  person_id uuid primary key,
  code_hash bytea not null unique check (octet_length(code_hash) = 32),
  expires_at timestamptz not null
);

create table device_enrolment (
  person_id uuid not null,
  device_id uuid not null,
  sign bytea not null check (octet_length(sign) = 32),
  -- So that a request sent again is recognised after the code is gone.
  code_hash bytea not null check (octet_length(code_hash) = 32),
  requested_at timestamptz not null,
  primary key (person_id, device_id)
);
create index device_enrolment_code on device_enrolment (code_hash);

create table device (
  device_id uuid primary key,
  person_id uuid not null,
  generation int not null,
  -- One key, one device, for ever: a record names its device by its key alone.
  sign bytea not null constraint device_sign_key unique check (octet_length(sign) = 32),
  key_id text not null constraint device_key_id_key unique,
  state text not null check (state in ('enrolled', 'revoked')),
  -- The certificate's envelope; its payload is the text of the very bytes that were signed.
  certificate jsonb not null,
  not_before timestamptz not null,
  not_after timestamptz not null check (not_after > not_before),
  enrolled_at timestamptz not null,
  revoked_at timestamptz check ((revoked_at is not null) = (state = 'revoked'))
);
create index device_person on device (person_id);

create table device_event (
  device_id uuid not null references device,
  person_id uuid not null,
  event text not null check (event in ('enrol', 'revoke')),
  occurred_at timestamptz not null,
  primary key (device_id, event)
);

alter table device_code enable row level security;
alter table device_code force row level security;
alter table device_enrolment enable row level security;
alter table device_enrolment force row level security;
alter table device enable row level security;
alter table device force row level security;
alter table device_event enable row level security;
alter table device_event force row level security;

create policy device_code_own on device_code to underseal_app
  using (person_id = actor_person_id() or actor_is_system());
create policy device_enrolment_own on device_enrolment to underseal_app
  using (person_id = actor_person_id() or actor_is_system());
create policy device_own on device to underseal_app
  using (person_id = actor_person_id() or actor_is_system());
create policy device_event_own on device_event to underseal_app
  using (person_id = actor_person_id() or actor_is_system());

grant select, insert, update, delete on device_code, device_enrolment to underseal_app;
grant select, insert on device, device_event to underseal_app;
grant update (state, revoked_at) on device to underseal_app;
