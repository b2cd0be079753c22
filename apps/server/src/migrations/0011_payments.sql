-- Cards (never their numbers), the steps of each charge into a deposit, and the sandbox that plays the provider.

create table payment_card (
  id uuid primary key,
  person_id uuid not null,
  provider text not null,
  provider_card text not null,
  brand text not null,
  last4 char(4) not null,
  created_at timestamptz not null
);
create index payment_card_person on payment_card (person_id, created_at);

create table deposit_funding (
  contract_id uuid not null,
  id uuid not null,
  client_id uuid not null,
  card_id uuid not null,
  currency char(3) not null,
  amount_minor bigint not null check (amount_minor > 0),
  state text not null check (state in ('requested', 'charged', 'posted', 'declined')),
  charge_id text,
  decline_reason text,
  attempts integer not null default 0,
  -- When somebody else may go on with it: later than whoever works on it now needs.
  next_attempt_at timestamptz not null,
  primary key (contract_id, id),
  check ((state in ('charged', 'posted')) = (charge_id is not null)),
  check ((state = 'declined') = (decline_reason is not null))
);
create index deposit_funding_due on deposit_funding (next_attempt_at) where state in ('requested', 'charged');

create table deposit_funding_event (
  contract_id uuid not null,
  funding_id uuid not null,
  to_state text not null,
  occurred_at timestamptz not null,
  -- No state is entered twice.
  primary key (contract_id, funding_id, to_state)
);

-- The sandbox's own memory, as a provider would have it elsewhere.
create table sandbox_card (
  token text primary key,
  behaviour text not null check (behaviour in ('succeeds', 'declines', 'insufficient_funds', 'loses_reply'))
);

create table sandbox_charge (
  key text primary key,
  charge_id text not null unique,
  token text not null,
  currency char(3) not null,
  amount_minor bigint not null check (amount_minor > 0),
  decline_reason text
);

create table sandbox_refund (
  key text primary key,
  refund_id text not null unique,
  charge_id text not null references sandbox_charge (charge_id),
  amount_minor bigint not null check (amount_minor > 0)
);

alter table payment_card enable row level security;
alter table payment_card force row level security;
create policy payment_card_own on payment_card for select to underseal_app
  using (person_id = actor_person_id() or actor_is_system());
create policy payment_card_add on payment_card for insert to underseal_app with check (actor_is_system());
grant select, insert on payment_card to underseal_app;

alter table deposit_funding enable row level security;
alter table deposit_funding force row level security;
create policy deposit_funding_own on deposit_funding for select to underseal_app
  using (client_id = actor_person_id() or actor_is_system());
create policy deposit_funding_add on deposit_funding for insert to underseal_app with check (actor_is_system());
create policy deposit_funding_step on deposit_funding for update to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert on deposit_funding to underseal_app;
grant update (state, charge_id, decline_reason, attempts, next_attempt_at) on deposit_funding to underseal_app;

alter table deposit_funding_event enable row level security;
alter table deposit_funding_event force row level security;
create policy deposit_funding_event_system on deposit_funding_event to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert on deposit_funding_event to underseal_app;

alter table sandbox_card enable row level security;
alter table sandbox_card force row level security;
create policy sandbox_card_system on sandbox_card to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert on sandbox_card to underseal_app;

alter table sandbox_charge enable row level security;
alter table sandbox_charge force row level security;
create policy sandbox_charge_system on sandbox_charge to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert, update on sandbox_charge to underseal_app;

alter table sandbox_refund enable row level security;
alter table sandbox_refund force row level security;
create policy sandbox_refund_system on sandbox_refund to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert on sandbox_refund to underseal_app;
