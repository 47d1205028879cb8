-- Two roles and the database, as the server's superuser; may be run again. docs/deploy.md says when.
--
-- portal_owner  owns the tables and migrates; nothing that answers requests runs as it.
-- portal        runs the portal: reads, and writes what grants.sql lets it write.
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY['portal_owner', 'portal']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE portal_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE portal NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- C.UTF-8 is on every Debian and the same everywhere; in the locale C Chinese would not be letters.
SELECT 'CREATE DATABASE portal OWNER portal_owner TEMPLATE template0 ENCODING UTF8 LOCALE "C.UTF-8"'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \gexec
\connect portal

-- Not even temporary tables: one with the name of an audit table would catch its rows.
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal;

-- What a later migration makes can be read, and written only once grants.sql has told audit from the rest.
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT SELECT ON TABLES TO portal;
