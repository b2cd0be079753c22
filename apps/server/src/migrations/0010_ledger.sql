-- Double entry: accounts with four sums each, and transfers that are only ever added.

create table ledger_account (
  -- "<code>/<currency>", so that everybody who names an account names the same row.
  id text primary key,
  code text not null,
  kind text not null check (kind in ('asset', 'liability', 'equity', 'income', 'expense')),
  owner_id uuid,
  currency char(3) not null,
  no_overdraft boolean not null,
  -- A hot account (the operator's cash, fees) keeps no sums of its own: every transfer would wait for its row.
  is_summed boolean not null,
  debits_posted bigint not null default 0 check (debits_posted >= 0),
  credits_posted bigint not null default 0 check (credits_posted >= 0),
  debits_pending bigint not null default 0 check (debits_pending >= 0),
  credits_pending bigint not null default 0 check (credits_pending >= 0),
  unique (id, currency),
  check (id = code || '/' || currency),
  check (not (is_summed and no_overdraft)),
  constraint ledger_account_overdraft check (
    not no_overdraft
    or case
      when kind in ('liability', 'equity', 'income') then debits_posted + debits_pending <= credits_posted
      else credits_posted + credits_pending <= debits_posted
    end
  )
);
create index ledger_account_owner on ledger_account (owner_id) where owner_id is not null;

create table ledger_transfer (
  -- The id of the command that made it: a replay meets its own row.
  id uuid primary key,
  inputs_sha256 bytea not null check (octet_length(inputs_sha256) = 32),
  state text not null check (state in ('posted', 'pending', 'post_pending', 'void_pending')),
  -- For the two that settle a hold: which one. The unique key lets each hold be settled once.
  pending_id uuid unique references ledger_transfer (id),
  debit_account text not null,
  credit_account text not null,
  currency char(3) not null,
  amount_minor bigint not null check (amount_minor > 0),
  kind text not null,
  reference text not null,
  occurred_at timestamptz not null,
  check (debit_account <> credit_account),
  check ((state in ('post_pending', 'void_pending')) = (pending_id is not null)),
  foreign key (debit_account, currency) references ledger_account (id, currency),
  foreign key (credit_account, currency) references ledger_account (id, currency)
);
create index ledger_transfer_debit on ledger_transfer (debit_account, occurred_at);
create index ledger_transfer_credit on ledger_transfer (credit_account, occurred_at);

-- Commands that are more than one transfer: the id, and what it was used for.
create table command (
  id uuid primary key,
  name text not null,
  inputs_sha256 bytea not null check (octet_length(inputs_sha256) = 32),
  occurred_at timestamptz not null
);

-- The four sums of every account, wherever they are kept.
create view ledger_balance with (security_invoker = true) as
select id, code, kind, owner_id, currency, debits_posted, credits_posted, debits_pending, credits_pending
from ledger_account
where not is_summed
union all
select a.id, a.code, a.kind, a.owner_id, a.currency,
  coalesce(sum(t.amount_minor) filter (where t.debit_account = a.id and t.state in ('posted', 'post_pending')), 0)::bigint,
  coalesce(sum(t.amount_minor) filter (where t.credit_account = a.id and t.state in ('posted', 'post_pending')), 0)::bigint,
  coalesce(sum(t.amount_minor) filter (where t.debit_account = a.id and t.state = 'pending' and s.id is null), 0)::bigint,
  coalesce(sum(t.amount_minor) filter (where t.credit_account = a.id and t.state = 'pending' and s.id is null), 0)::bigint
from ledger_account a
left join ledger_transfer t on t.debit_account = a.id or t.credit_account = a.id
left join ledger_transfer s on s.pending_id = t.id
where a.is_summed
group by a.id;

alter table ledger_account enable row level security;
alter table ledger_account force row level security;
create policy ledger_account_own on ledger_account for select to underseal_app
  using (owner_id = actor_person_id() or actor_is_system());
create policy ledger_account_open on ledger_account for insert to underseal_app with check (actor_is_system());
create policy ledger_account_sum on ledger_account for update to underseal_app
  using (actor_is_system()) with check (actor_is_system());
grant select, insert on ledger_account to underseal_app;
grant update (debits_posted, credits_posted, debits_pending, credits_pending) on ledger_account to underseal_app;

-- A person sees the transfers of their own accounts: the inner query sees only those.
alter table ledger_transfer enable row level security;
alter table ledger_transfer force row level security;
create policy ledger_transfer_own on ledger_transfer for select to underseal_app
  using (
    actor_is_system()
    or exists (select from ledger_account a where a.id in (debit_account, credit_account))
  );
create policy ledger_transfer_add on ledger_transfer for insert to underseal_app with check (actor_is_system());
grant select, insert on ledger_transfer to underseal_app;

alter table command enable row level security;
alter table command force row level security;
create policy command_system on command to underseal_app using (actor_is_system()) with check (actor_is_system());
grant select, insert on command to underseal_app;

grant select on ledger_balance to underseal_app;
