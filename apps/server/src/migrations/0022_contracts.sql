-- Contracts: who works for whom, the terms both signed, and what happened to the contract.

create table contract (
  contract_id uuid primary key,
  client_id uuid not null,
  freelancer_id uuid not null check (freelancer_id <> client_id),
  -- The one currency of its rate, deposit and invoices, whatever version the terms are.
  currency char(3) not null,
  state text not null check (state in ('proposed', 'active', 'paused', 'ended')),
  created_at timestamptz not null
);
create index contract_client on contract (client_id);
create index contract_freelancer on contract (freelancer_id);

-- Terms as the client signed them. Envelopes are kept whole: their payload is the text of the signed bytes.
create table contract_proposal (
  contract_id uuid not null references contract,
  version int not null check (version >= 1),
  envelope jsonb not null,
  proposed_at timestamptz not null,
  primary key (contract_id, version)
);

-- Terms that both signed.
create table contract_terms (
  contract_id uuid not null,
  version int not null,
  terms_hash bytea not null check (octet_length(terms_hash) = 32),
  envelope jsonb not null,
  valid_from timestamptz not null,
  accepted_at timestamptz not null,
  primary key (contract_id, version),
  foreign key (contract_id, version) references contract_proposal
);
create index contract_terms_hash on contract_terms (terms_hash);

create table contract_event (
  contract_id uuid not null references contract,
  -- Counts from 1 in the order in which things happened, which times do not always tell.
  place int not null check (place >= 1),
  event text not null check (event in ('propose', 'accept', 'pause', 'resume', 'end')),
  to_state text not null,
  -- Null: the platform itself, such as for an unpaid invoice.
  by_person uuid,
  occurred_at timestamptz not null,
  primary key (contract_id, place)
);

-- Asked as the very person whose rows are shown, so that a row of another's contract does not exist for them.
create function is_contract_of_actor(id uuid) returns boolean
  language sql stable
  return actor_is_system() or exists (select from contract where contract.contract_id = id);

alter table contract enable row level security;
alter table contract force row level security;
alter table contract_proposal enable row level security;
alter table contract_proposal force row level security;
alter table contract_terms enable row level security;
alter table contract_terms force row level security;
alter table contract_event enable row level security;
alter table contract_event force row level security;

create policy contract_of_parties on contract for select to underseal_app
  using (client_id = actor_person_id() or freelancer_id = actor_person_id() or actor_is_system());
create policy contract_by_client on contract for insert to underseal_app
  with check (client_id = actor_person_id() and state = 'proposed');
create policy contract_moves on contract for update to underseal_app
  using (client_id = actor_person_id() or freelancer_id = actor_person_id() or actor_is_system());
create policy contract_proposal_read on contract_proposal for select to underseal_app
  using (is_contract_of_actor(contract_id));
create policy contract_proposal_add on contract_proposal for insert to underseal_app
  with check (is_contract_of_actor(contract_id));
create policy contract_terms_read on contract_terms for select to underseal_app
  using (is_contract_of_actor(contract_id));
create policy contract_terms_add on contract_terms for insert to underseal_app
  with check (is_contract_of_actor(contract_id));
create policy contract_event_read on contract_event for select to underseal_app
  using (is_contract_of_actor(contract_id));
create policy contract_event_add on contract_event for insert to underseal_app
  with check (is_contract_of_actor(contract_id));

grant select, insert on contract, contract_proposal, contract_terms, contract_event to underseal_app;
grant update (state) on contract to underseal_app;
