#!/bin/sh
# Run once by the PostgreSQL image, on an empty cluster: the database and the role of the application. The role is no
# superuser and cannot bypass row-level security, which would otherwise protect nothing.
set -eu

psql --set ON_ERROR_STOP=1 --set "password=$CHATBOT_DATABASE_PASSWORD" --username postgres --dbname postgres <<'SQL'
CREATE ROLE chatbot LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE chatbot OWNER chatbot ENCODING 'UTF8' TEMPLATE template0;
SQL
