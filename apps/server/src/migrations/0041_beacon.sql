-- Rounds of the beacon that somebody needed. Each has one valid signature, verified before it is stored, so a row is
-- never changed; what records and bundles were made of can be shown again when no relay has it any more.
create table beacon_round (
  -- The first 16 bytes of the hash of the chain's public key.
  chain_id bytea not null check (octet_length(chain_id) = 16),
  round bigint not null check (round >= 1),
  signature bytea not null check (octet_length(signature) = 48),
  primary key (chain_id, round)
);

alter table beacon_round enable row level security;
alter table beacon_round force row level security;
-- Rounds are public. Only the server adds them: it has verified them.
create policy beacon_round_read on beacon_round for select to underseal_app using (true);
create policy beacon_round_add on beacon_round for insert to underseal_app with check (actor_is_system());
grant select, insert on beacon_round to underseal_app;
