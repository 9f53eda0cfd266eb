import type { Knex } from 'knex';

/**
 * Tenants, API keys, the audit log, and row-level security. The API works under the role `zerosec_tenant` with the tenant
 * in the setting `app.tenant` (tenant-connections.ts); the policies show and accept rows of that tenant only, and none at all
 * where the setting is missing. What hangs on a job or an upload is seen where its job is. Workers, sweeps and migrations
 * work as the owner of the tables, whom policies do not concern.
 *
 * Rows of releases before this one belong to the tenant `default`.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table tenants (
      tenant_id           text primary key check (tenant_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
      name                text not null check (char_length(name) between 1 and 200),
      max_unfinished_jobs integer check (max_unfinished_jobs >= 0),
      max_storage_bytes   bigint check (max_storage_bytes >= 0),
      weight              double precision not null default 1 check (weight > 0),
      created_at          timestamptz not null default now()
    );
    insert into tenants (tenant_id, name) values ('default', 'default');

    create function app_tenant() returns text language sql stable as $$ select nullif(current_setting('app.tenant', true), '') $$;

    alter table uploads add column tenant_id text not null default coalesce(app_tenant(), 'default') references tenants;
    alter table jobs add column tenant_id text not null default coalesce(app_tenant(), 'default') references tenants,
                     add column created_by text;
    alter table idempotency_keys add column tenant_id text not null default coalesce(app_tenant(), 'default') references tenants;
    create index uploads_of_tenant on uploads (tenant_id);
    create index jobs_of_tenant on jobs (tenant_id, available_at, job_id) where state in ('queued', 'retrying');
    create index jobs_running_of_tenant on jobs (tenant_id) where state in ('running', 'publishing', 'cancelling');

    create table api_keys (
      key_id       uuid primary key,
      tenant_id    text not null default app_tenant() references tenants,
      name         text not null check (char_length(name) between 1 and 200),
      role         text not null check (role in ('viewer', 'analyst', 'operator', 'admin')),
      scopes       text[],
      prefix       text not null,
      token_sha256 bytea not null unique check (octet_length(token_sha256) = 32),
      created_by   text not null,
      created_at   timestamptz not null default now(),
      expires_at   timestamptz,
      last_used_at timestamptz,
      revoked_at   timestamptz
    );
    create index api_keys_of_tenant on api_keys (tenant_id, created_at desc, key_id);

    create table audit_log (
      tenant_id  text not null default coalesce(app_tenant(), 'default') references tenants,
      seq        bigint not null,
      actor      text not null,
      role       text not null,
      action     text not null,
      object     text,
      status     smallint not null,
      ip         text,
      request_id text not null,
      details    jsonb not null default '{}',
      at         timestamptz not null default clock_timestamp(),
      previous   bytea not null,
      hash       bytea not null,
      primary key (tenant_id, seq)
    );

    -- entries of a tenant are numbered without gaps and each carries the hash of the one before it: what is changed or taken out
    -- behind the triggers' back shows
    create function audit_log_hash(entry audit_log) returns bytea language sql stable as $$
      select sha256(entry.previous || convert_to(jsonb_build_array(entry.tenant_id, entry.seq, entry.actor, entry.role, entry.action, entry.object, entry.status, entry.ip,
        entry.request_id, entry.details, extract(epoch from entry.at)::text)::text, 'UTF8'))
    $$;
    create function audit_log_before_insert() returns trigger language plpgsql as $$
    declare last audit_log;
    begin
      perform pg_advisory_xact_lock(hashtextextended(new.tenant_id, 7305603));
      select * into last from audit_log where tenant_id = new.tenant_id order by seq desc limit 1;
      new.seq := coalesce(last.seq, 0) + 1;
      new.at := clock_timestamp();
      new.previous := coalesce(last.hash, ''::bytea);
      new.hash := audit_log_hash(new);
      return new;
    end $$;
    create function audit_log_refuse() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit log is append-only' using errcode = 'ZS004';
    end $$;
    create trigger audit_log_before_insert before insert on audit_log for each row execute function audit_log_before_insert();
    create trigger audit_log_append_only before update or delete on audit_log for each row execute function audit_log_refuse();
    create trigger audit_log_not_emptied before truncate on audit_log for each statement execute function audit_log_refuse();

    -- a role is of the whole server, where another database (or another migration at this moment) may have made it
    do $$ begin
      if not exists (select from pg_roles where rolname = 'zerosec_tenant') then create role zerosec_tenant nologin; end if;
    exception when duplicate_object or unique_violation then null;
    end $$;
    do $$ begin
      if not pg_has_role(current_user, 'zerosec_tenant', 'member') then execute format('grant zerosec_tenant to %I', current_user); end if;
    end $$;
    do $$ begin execute format('grant usage on schema %I to zerosec_tenant', current_schema()); end $$;

    grant select, insert, update, delete on uploads, jobs, job_inputs, job_attempts, job_events, job_artifacts, outbox, idempotency_keys, prediction_sets, designs, design_results to zerosec_tenant;
    grant select, insert, update (revoked_at) on api_keys to zerosec_tenant;
    grant select, insert on audit_log to zerosec_tenant;
    grant select on tenants, job_state_edges to zerosec_tenant;

    ${['uploads', 'jobs', 'idempotency_keys', 'api_keys', 'audit_log', 'tenants'].map((table) => `
    alter table ${table} enable row level security;
    create policy tenant on ${table} to zerosec_tenant using (tenant_id = app_tenant()) with check (tenant_id = app_tenant());`).join('')}
    ${['job_inputs', 'job_attempts', 'job_events', 'job_artifacts', 'outbox', 'prediction_sets', 'designs', 'design_results'].map((table) => `
    alter table ${table} enable row level security;
    create policy tenant on ${table} to zerosec_tenant using (exists (select from jobs j where j.job_id = ${table}.job_id)) with check (exists (select from jobs j where j.job_id = ${table}.job_id));`).join('')}
    alter table dead_letters enable row level security;
  `);
}

export async function down(knex: Knex): Promise<void> {
  const tables = ['uploads', 'jobs', 'idempotency_keys', 'job_inputs', 'job_attempts', 'job_events', 'job_artifacts', 'outbox', 'prediction_sets', 'designs', 'design_results'];
  await knex.raw(`
    ${tables.map((table) => `drop policy tenant on ${table}; alter table ${table} disable row level security; revoke all on ${table} from zerosec_tenant;`).join('\n')}
    alter table dead_letters disable row level security;
    revoke all on job_state_edges from zerosec_tenant;
    drop table audit_log, api_keys cascade;
    drop function audit_log_before_insert, audit_log_refuse;
    alter table uploads drop column tenant_id;
    alter table jobs drop column tenant_id, drop column created_by;
    alter table idempotency_keys drop column tenant_id;
    drop table tenants;
    drop function app_tenant;
  `);
}
