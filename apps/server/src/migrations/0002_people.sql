-- People: who they are, the public half of their keys, and what better-auth keeps to sign them in.

-- better-auth's own tables, with its own column names, created here so that there is one list of what was applied.
-- It reads and writes them as the owner; a request's role may only add an account, and only as the system.
create table auth_user (
  id text primary key,
  name text not null,
  email text not null unique,
  "emailVerified" boolean not null,
  image text,
  kind text not null check (kind in ('client', 'freelancer', 'operator')),
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp
);

create table auth_session (
  id text primary key,
  "expiresAt" timestamptz not null,
  token text not null unique,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references auth_user (id) on delete cascade
);
create index auth_session_user on auth_session ("userId");

create table auth_account (
  id text primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references auth_user (id) on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null,
  unique ("providerId", "accountId")
);
create index auth_account_user on auth_account ("userId");

create table auth_verification (
  id text primary key,
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp
);
create index auth_verification_identifier on auth_verification (identifier);

alter table auth_user enable row level security;
alter table auth_account enable row level security;
alter table auth_session enable row level security;
alter table auth_verification enable row level security;
create policy auth_user_add on auth_user for insert to underseal_app with check (actor_is_system());
create policy auth_account_add on auth_account for insert to underseal_app with check (actor_is_system());
-- Whose e-mail address an account has is for that person and the system alone.
create policy auth_user_own on auth_user for select to underseal_app
  using (id = actor_person_id()::text or actor_is_system());
grant insert on auth_user, auth_account to underseal_app;
grant select (id, email, kind) on auth_user to underseal_app;

create table person (
  id uuid primary key,
  -- The account that signs this person in; it has the same id.
  auth_user_id text not null unique references auth_user (id),
  name text not null check (length(name) between 1 and 100),
  kind text not null check (kind in ('client', 'freelancer', 'operator')),
  created_at timestamptz not null,
  check (auth_user_id = id::text)
);
-- A server has one operator; two people with the same set-up link cannot both become it.
create unique index person_one_operator on person (kind) where kind = 'operator';
alter table person enable row level security;
alter table person force row level security;
create policy person_own on person for select to underseal_app using (id = actor_person_id() or actor_is_system());
create policy person_add on person for insert to underseal_app with check (actor_is_system());
grant select, insert on person to underseal_app;

-- Public keys are for everybody who is signed in: whoever seals to a person or checks their signature needs them.
create table account_key (
  person_id uuid not null references person (id),
  generation integer not null check (generation >= 1),
  sign bytea not null check (length(sign) = 32),
  seal text not null check (length(seal) <= 2048),
  -- The account statement that announced them, as it was signed; its payload is the text of the very bytes.
  envelope jsonb not null,
  created_at timestamptz not null,
  primary key (person_id, generation),
  unique (sign)
);
alter table account_key enable row level security;
alter table account_key force row level security;
create policy account_key_public on account_key for select to underseal_app
  using (actor_person_id() is not null or actor_is_system());
create policy account_key_add on account_key for insert to underseal_app
  with check (person_id = actor_person_id());
grant select, insert on account_key to underseal_app;

-- The account seed, sealed by the person's own software; what opens it never reaches the server.
create table seed_box (
  person_id uuid not null,
  generation integer not null,
  place integer not null check (place >= 0),
  opens_with text not null check (opens_with in ('recovery', 'device', 'passkey')),
  box text not null check (length(box) <= 16384),
  primary key (person_id, generation, place),
  foreign key (person_id, generation) references account_key (person_id, generation)
);
alter table seed_box enable row level security;
alter table seed_box force row level security;
create policy seed_box_own on seed_box for all to underseal_app using (person_id = actor_person_id());
grant select, insert on seed_box to underseal_app;

-- The one-time link that creates the operator; only the token's hash is kept.
create table setup_link (
  token_sha256 bytea primary key check (length(token_sha256) = 32),
  created_at timestamptz not null
);
alter table setup_link enable row level security;
alter table setup_link force row level security;
create policy setup_link_system on setup_link for all to underseal_app using (actor_is_system());
grant select, insert, delete on setup_link to underseal_app;
