-- Weeks, the minutes billed in them, and their invoices. Every key begins with the contract.

create table billing_week (
  contract_id uuid not null,
  -- The Monday.
  week_start date not null,
  client_id uuid not null,
  freelancer_id uuid not null,
  currency char(3) not null,
  state text not null check (state in ('open', 'locked', 'in_review', 'approved', 'available')),
  -- When time itself moves it on; null at the end.
  due_at timestamptz,
  -- Null until the lock, and for a week without anything to invoice.
  invoice_id uuid,
  primary key (contract_id, week_start),
  check (extract(isodow from week_start) = 1),
  check ((due_at is null) = (state = 'available'))
);
create index billing_week_due on billing_week (due_at) where due_at is not null;

create table billing_week_event (
  contract_id uuid not null,
  week_start date not null,
  to_state text not null,
  -- Null where time did it.
  actor_id uuid,
  occurred_at timestamptz not null,
  -- No state is entered twice.
  primary key (contract_id, week_start, to_state)
);

create table billed_segment (
  contract_id uuid not null,
  slot bigint not null,
  -- A slot has several parts when a run was stopped and another started in it.
  part smallint not null check (part between 0 and 9),
  segment_hash bytea not null check (octet_length(segment_hash) = 32),
  -- The week of the slot, and the week whose invoice has the minutes: a later one where they came after their lock.
  week_start date not null,
  invoice_week date not null,
  client_id uuid not null,
  freelancer_id uuid not null,
  minutes smallint not null check (minutes between 1 and 10),
  is_manual boolean not null,
  rate_minor bigint not null check (rate_minor >= 0),
  currency char(3) not null,
  fee_permille smallint not null check (fee_permille between 0 and 1000),
  hold_id uuid,
  held_minor bigint not null check (held_minor >= 0),
  covered text not null check (covered in ('deposit', 'guarantee', 'none')),
  deposit text not null check (deposit in ('has-room', 'short', 'absent')),
  deposit_used_permille smallint not null check (deposit_used_permille between 0 and 1000),
  recorded_at timestamptz not null,
  primary key (contract_id, slot, part),
  unique (contract_id, segment_hash),
  check ((hold_id is null) = (held_minor = 0)),
  check (invoice_week >= week_start)
);
create index billed_segment_invoice_week on billed_segment (contract_id, invoice_week);
create index billed_segment_week on billed_segment (contract_id, week_start);

create table invoice (
  contract_id uuid not null,
  id uuid not null,
  week_start date not null,
  client_id uuid not null,
  freelancer_id uuid not null,
  currency char(3) not null,
  total_minor bigint not null check (total_minor >= 0),
  paid_minor bigint not null check (paid_minor >= 0),
  fee_minor bigint not null check (fee_minor >= 0 and fee_minor <= paid_minor),
  unpaid_minor bigint not null,
  issued_at timestamptz not null,
  primary key (contract_id, id),
  unique (contract_id, week_start),
  check (paid_minor + unpaid_minor = total_minor),
  check (unpaid_minor >= 0)
);

create table invoice_line (
  contract_id uuid not null,
  invoice_id uuid not null,
  number smallint not null,
  day date not null,
  rate_minor bigint not null,
  fee_permille smallint not null,
  minutes integer not null check (minutes > 0),
  amount_minor bigint not null check (amount_minor >= 0),
  paid_minor bigint not null check (paid_minor between 0 and amount_minor),
  fee_minor bigint not null check (fee_minor between 0 and paid_minor),
  primary key (contract_id, invoice_id, number),
  foreign key (contract_id, invoice_id) references invoice (contract_id, id)
);

alter table billing_week enable row level security;
alter table billing_week force row level security;
create policy billing_week_party on billing_week for select to underseal_app
  using (actor_person_id() in (client_id, freelancer_id) or actor_is_system());
create policy billing_week_add on billing_week for insert to underseal_app with check (actor_is_system());
create policy billing_week_step on billing_week for update to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert on billing_week to underseal_app;
grant update (state, due_at, invoice_id) on billing_week to underseal_app;

alter table billing_week_event enable row level security;
alter table billing_week_event force row level security;
create policy billing_week_event_system on billing_week_event to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert on billing_week_event to underseal_app;

alter table billed_segment enable row level security;
alter table billed_segment force row level security;
create policy billed_segment_party on billed_segment for select to underseal_app
  using (actor_person_id() in (client_id, freelancer_id) or actor_is_system());
create policy billed_segment_add on billed_segment for insert to underseal_app with check (actor_is_system());
grant select, insert on billed_segment to underseal_app;

alter table invoice enable row level security;
alter table invoice force row level security;
create policy invoice_party on invoice for select to underseal_app
  using (actor_person_id() in (client_id, freelancer_id) or actor_is_system());
create policy invoice_add on invoice for insert to underseal_app with check (actor_is_system());
grant select, insert on invoice to underseal_app;

-- A person sees the lines of the invoices they see.
alter table invoice_line enable row level security;
alter table invoice_line force row level security;
create policy invoice_line_party on invoice_line for select to underseal_app
  using (
    actor_is_system()
    or exists (select from invoice i where i.contract_id = invoice_line.contract_id and i.id = invoice_line.invoice_id)
  );
create policy invoice_line_add on invoice_line for insert to underseal_app with check (actor_is_system());
grant select, insert on invoice_line to underseal_app;
