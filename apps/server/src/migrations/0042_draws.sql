-- Runs that the beacon draws commit to no seed and reveal none; where a profile uploads nothing, a disclosure names no
-- files.
alter table run alter column draw_commitment drop not null;
-- The round that the start shows; captures come after it. Runs from before this knew only the device's rounds.
alter table run add column start_round bigint not null default 0;
alter table run alter column start_round drop default;
alter table run_stop alter column draw_seed drop not null;
alter table disclosure
  alter column visible_digest drop not null,
  alter column visible_bytes drop not null,
  alter column hidden_digest drop not null,
  alter column hidden_bytes drop not null,
  add check (num_nulls(visible_digest, visible_bytes, hidden_digest, hidden_bytes) in (0, 4));
