import type { Knex } from 'knex';

/**
 * Jobs and what belongs to them. The state machine, the attempt fence and monotone progress are enforced here, in
 * triggers, so that no code path can break them; every change of a job appends a job_event and notifies listeners.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table uploads (
      upload_id       uuid primary key,
      owner           text not null,
      state           text not null default 'pending' check (state in ('pending', 'complete', 'expired')),
      filename        text not null check (char_length(filename) between 1 and 255),
      content_type    text not null,
      bucket          text not null,
      object_key      text not null,
      max_bytes       bigint not null check (max_bytes > 0),
      declared_bytes  bigint check (declared_bytes >= 0),
      declared_sha256 text check (declared_sha256 ~ '^[0-9a-f]{64}$'),
      size_bytes      bigint check (size_bytes >= 0),
      sha256          text check (sha256 ~ '^[0-9a-f]{64}$'),
      etag            text,
      version_id      text,
      created_at      timestamptz not null default now(),
      expires_at      timestamptz not null,
      completed_at    timestamptz,
      unique (bucket, object_key),
      check (state <> 'complete' or (size_bytes is not null and etag is not null and completed_at is not null))
    );
    create index uploads_pending on uploads (expires_at) where state = 'pending';

    create table job_state_edges (
      from_state text not null,
      to_state   text not null,
      primary key (from_state, to_state)
    );
    insert into job_state_edges values
      ('created', 'uploading'), ('created', 'queued'), ('created', 'cancelled'), ('created', 'expired'), ('created', 'failed'),
      ('uploading', 'queued'), ('uploading', 'cancelled'), ('uploading', 'expired'), ('uploading', 'failed'),
      ('queued', 'running'), ('queued', 'cancelled'), ('queued', 'failed'), ('queued', 'expired'),
      ('running', 'publishing'), ('running', 'retrying'), ('running', 'cancelling'), ('running', 'failed'),
      ('publishing', 'completed'), ('publishing', 'retrying'), ('publishing', 'cancelling'), ('publishing', 'failed'),
      ('retrying', 'running'), ('retrying', 'queued'), ('retrying', 'cancelled'), ('retrying', 'failed'),
      ('cancelling', 'cancelled'), ('cancelling', 'failed');

    create table jobs (
      job_id            uuid primary key,
      upload_id         uuid not null references uploads,
      retry_of          uuid references jobs on delete set null,
      owner             text not null,
      job_type          text not null check (job_type in ('optimization', 'linear_analysis', 'nonlinear_analysis', 'classification')),
      state             text not null default 'created' check (state in ('created', 'uploading', 'queued', 'running', 'publishing',
                          'retrying', 'cancelling', 'completed', 'cancelled', 'failed', 'expired')),
      parameters        jsonb not null check (jsonb_typeof(parameters) = 'object'),
      progress_percent  smallint not null default 0 check (progress_percent between 0 and 100),
      stage             text,
      stage_values      jsonb not null default '{}',
      attempt           integer not null default 0 check (attempt >= 0),
      max_attempts      integer not null check (max_attempts >= 1),
      lease_owner       text,
      lease_until       timestamptz,
      available_at      timestamptz not null default now(),
      event_seq         integer not null default 0,
      output_bucket     text,
      output_prefix     text,
      dataset_sha256    text,
      code_version      text,
      error             jsonb,
      traceparent       text,
      created_at        timestamptz not null default now(),
      queued_at         timestamptz,
      started_at        timestamptz,
      updated_at        timestamptz not null default now(),
      finished_at       timestamptz,
      run_ms            double precision,
      peak_memory_bytes bigint,
      check ((state in ('completed', 'cancelled', 'failed', 'expired')) = (finished_at is not null)),
      check (state not in ('running', 'publishing', 'cancelling') or (lease_owner is not null and lease_until is not null)),
      check (state not in ('failed', 'expired') or error is not null),
      check (state <> 'completed' or (progress_percent = 100 and error is null and output_prefix is not null))
    );
    create index jobs_newest on jobs (created_at desc, job_id desc);
    create index jobs_by_upload on jobs (upload_id);
    create index jobs_of_owner on jobs (owner) where state not in ('completed', 'cancelled', 'failed', 'expired');
    create index jobs_leased on jobs (lease_until) where state in ('running', 'publishing', 'cancelling');
    create index jobs_waiting on jobs (available_at) where state in ('queued', 'retrying', 'uploading', 'created');
    create index jobs_finished on jobs (finished_at) where finished_at is not null;

    create table job_attempts (
      job_id       uuid not null references jobs on delete cascade,
      attempt      integer not null check (attempt >= 1),
      worker_id    text not null,
      started_at   timestamptz not null default now(),
      finished_at  timestamptz,
      outcome      text check (outcome in ('completed', 'cancelled', 'failed', 'retrying', 'lost')),
      error        jsonb,
      primary key (job_id, attempt)
    );

    create table job_events (
      job_id   uuid not null references jobs on delete cascade,
      seq      integer not null check (seq >= 1),
      attempt  integer not null,
      type     text not null check (type in ('state', 'progress', 'notice', 'log')),
      state    text not null,
      percent  smallint not null,
      stage    text,
      values   jsonb not null default '{}',
      notice   jsonb,
      at       timestamptz not null default clock_timestamp(),
      primary key (job_id, seq)
    );

    create table job_artifacts (
      artifact_id  bigint generated always as identity primary key,
      job_id       uuid not null references jobs on delete cascade,
      attempt      integer not null,
      file_key     text not null check (octet_length(file_key) <= 1024),
      file_name    text not null,
      path         text not null,
      file_type    text not null,
      content_type text not null,
      size_bytes   bigint not null check (size_bytes >= 0),
      sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
      created_at   timestamptz not null default now(),
      unique (job_id, file_key),
      unique (job_id, path)
    );

    create table outbox (
      outbox_id    bigint generated always as identity primary key,
      job_id       uuid not null references jobs on delete cascade,
      body         jsonb not null,
      available_at timestamptz not null default now(),
      created_at   timestamptz not null default now(),
      tries        integer not null default 0,
      sent_at      timestamptz,
      message_id   text
    );
    create index outbox_unsent on outbox (available_at) where sent_at is null;
    create index outbox_of_job on outbox (job_id);

    create table idempotency_keys (
      owner        text not null,
      key          text not null check (char_length(key) between 1 and 255),
      request_hash text not null,
      status       integer,
      response     jsonb,
      created_at   timestamptz not null default now(),
      primary key (owner, key)
    );
    create index idempotency_keys_age on idempotency_keys (created_at);

    create table dead_letters (
      dead_letter_id bigint generated always as identity primary key,
      message_id     text not null unique,
      body           text not null,
      job_id         uuid,
      received_at    timestamptz not null default now()
    );

    create function jobs_before_insert() returns trigger language plpgsql as $$
    begin
      new.event_seq := 1;
      return new;
    end $$;

    create function jobs_after_insert() returns trigger language plpgsql as $$
    begin
      insert into job_events (job_id, seq, attempt, type, state, percent, stage, values)
        values (new.job_id, 1, new.attempt, 'state', new.state, new.progress_percent, new.stage, new.stage_values);
      return null;
    end $$;

    create function jobs_before_update() returns trigger language plpgsql as $$
    begin
      if old.finished_at is not null then
        -- retry_of may be cut when the older job is deleted; nothing else of a finished job changes
        if to_jsonb(new) - 'retry_of' is distinct from to_jsonb(old) - 'retry_of' then
          raise exception 'job % is % and does not change any more', old.job_id, old.state using errcode = 'ZS001';
        end if;
        return new;
      end if;
      if new.state <> old.state and not exists
        (select from job_state_edges where from_state = old.state and to_state = new.state) then
        raise exception 'job %: % does not lead to %', old.job_id, old.state, new.state using errcode = 'ZS002';
      end if;
      if new.attempt < old.attempt or new.attempt > old.attempt + 1 then
        raise exception 'job %: attempt % after %', old.job_id, new.attempt, old.attempt using errcode = 'ZS003';
      end if;
      new.progress_percent := greatest(new.progress_percent, old.progress_percent);
      new.updated_at := clock_timestamp();
      if (new.state, new.progress_percent, new.stage, new.stage_values, new.attempt)
          is distinct from (old.state, old.progress_percent, old.stage, old.stage_values, old.attempt) then
        new.event_seq := old.event_seq + 1;
        insert into job_events (job_id, seq, attempt, type, state, percent, stage, values)
          values (new.job_id, new.event_seq, new.attempt, case when new.state <> old.state then 'state' else 'progress' end,
                  new.state, new.progress_percent, new.stage, new.stage_values);
      end if;
      return new;
    end $$;

    create function job_events_after_insert() returns trigger language plpgsql as $$
    begin
      perform pg_notify('job_events', json_build_object('job_id', new.job_id, 'seq', new.seq, 'state', new.state)::text);
      return null;
    end $$;

    create function outbox_after_insert() returns trigger language plpgsql as $$
    begin
      perform pg_notify('outbox', '');
      return null;
    end $$;

    create trigger jobs_before_insert before insert on jobs for each row execute function jobs_before_insert();
    create trigger jobs_after_insert after insert on jobs for each row execute function jobs_after_insert();
    create trigger jobs_before_update before update on jobs for each row execute function jobs_before_update();
    create trigger job_events_after_insert after insert on job_events for each row execute function job_events_after_insert();
    create trigger outbox_after_insert after insert on outbox for each statement execute function outbox_after_insert();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table dead_letters, idempotency_keys, outbox, job_artifacts, job_events, job_attempts, jobs, job_state_edges, uploads cascade;
    drop function jobs_before_insert, jobs_after_insert, jobs_before_update, job_events_after_insert, outbox_after_insert;
  `);
}
