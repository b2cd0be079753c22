-- One signed body is kept once: a bundle that held it twice would be refused by whoever verifies it.

-- What was kept twice before; the table's policies bind its owner too.
alter table acknowledgement no force row level security;
delete from acknowledgement a using acknowledgement b
where b.contract_id = a.contract_id and b.disclosure_hash = a.disclosure_hash and b.place < a.place
  and b.envelope ->> 'payload' = a.envelope ->> 'payload';
alter table acknowledgement force row level security;

alter table acknowledgement
  add column body_hash bytea not null generated always as (sha256(decode(envelope ->> 'payload', 'base64'))) stored;
create unique index acknowledgement_body on acknowledgement (contract_id, body_hash);
