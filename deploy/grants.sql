-- What the role `portal` may write, and how the audit is kept from it. As portal_owner, after every migration:
-- migrations make tables, and make triggers and their functions anew.
\set ON_ERROR_STOP on
BEGIN;

-- pgtrigger lets any session name triggers to be skipped, the audit's too. Here nobody may.
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE AS 'SELECT false';

-- pghistory's own lets a session that names an old context change who and where that one says. Here the first word
-- stands.
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    context uuid := nullif(current_setting('pghistory.context_id', true), '');
    metadata jsonb := nullif(current_setting('pghistory.context_metadata', true), '');
BEGIN
    IF context IS NULL OR metadata IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (context, metadata, now(), now())
    ON CONFLICT (id) DO NOTHING;
    RETURN context;
END
$$;

DO $$
DECLARE
    -- Append-only tables carry a trigger of that name. Who did it, and which migrations ran, is not the portal's either.
    kept oid[] := ARRAY(SELECT tgrelid FROM pg_trigger WHERE tgname LIKE 'pgtrigger\_append\_only\_%')
        || ARRAY['pghistory_context'::regclass::oid, 'django_migrations'::regclass::oid];
    name regclass;
    writer regprocedure;
BEGIN
    FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('REVOKE ALL ON %s FROM portal', name);
        EXECUTE format('GRANT SELECT ON %s TO portal', name);
        IF name <> ALL (kept) THEN
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO portal', name);
        END IF;
    END LOOP;
    GRANT INSERT ON departments_accessevent TO portal;  -- sign-ins have no trigger; the portal adds them itself

    -- The audit's rows are written as the owner, by its triggers and by nothing else.
    FOR writer IN
        SELECT DISTINCT tgfoid FROM pg_trigger WHERE tgname ~ '^pgtrigger_(insert_insert|update_update|delete_delete)_'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = public, pg_temp', writer);
    END LOOP;
END
$$;

COMMIT;
