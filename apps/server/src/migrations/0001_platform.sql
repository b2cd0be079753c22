-- The role that every request runs as, and who asks: the two things the second wall (row-level security) stands on.

-- Roles belong to the whole cluster, so another database, or another server starting now, may have made it. Whoever
-- may not make roles can be given this one beforehand (docs/operating.md).
do $$
begin
  if not exists (select from pg_roles where rolname = 'underseal_app') then
    create role underseal_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

-- "set local role" needs membership; a superuser has every role's.
do $$
begin
  if not pg_has_role(current_user, 'underseal_app', 'member') then
    grant underseal_app to current_user;
  end if;
end
$$;

grant usage on schema public to underseal_app;

-- Which person the transaction runs for; null for the system, and outside of a transaction (so that policies then
-- show nothing). "set local" leaves an empty text behind in a pooled connection, hence nullif.
create function actor_person_id() returns uuid
  language sql stable parallel safe
  return case
    when current_setting('underseal.actor', true) = 'system' then null
    else nullif(current_setting('underseal.actor', true), '')::uuid
  end;

-- Whether the server itself acts (timers, admission, billing); never true for a person's request.
create function actor_is_system() returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('underseal.actor', true) = 'system', false);
