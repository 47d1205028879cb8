"""/healthz and /readyz."""

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from metrology_plan.health import answer


def test_a_living_process_answers_without_the_database(client, django_assert_num_queries):
    response = client.get("/healthz")  # without the django_db mark a query would be an error
    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Content-Type"] == "text/plain"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
@pytest.mark.parametrize("app", ["departments", "tasks", "sessions"])
def test_a_missing_migration_is_not_ready(client, app):
    MigrationRecorder(connection).record_unapplied(app, "0001_initial")
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations missing")
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_migration_of_a_later_release_is_ready(client):
    """During a roll-back the old release must still be served."""
    MigrationRecorder(connection).record_applied("tasks", "9999_later")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, DatabaseError])
def test_no_database_is_not_ready_and_tells_no_secrets(client, error):
    def refuse(execute, sql, params, many, context):
        raise error("could not connect as portal at 10.0.0.5")

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database unreachable")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading(client, path):
    assert client.post(path).status_code == 405
    assert client.delete(path)["Allow"] == "GET, HEAD"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_needs_no_host_no_tls_and_no_session(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get(path, headers={"host": "10.0.0.5:8000"})
    assert response.status_code == 200
    assert response.cookies == {}
    assert client.head(path).content == b""


@pytest.mark.parametrize("path", ["/", "/healthz/", "/healthz/x", "/readyz/", "/HEALTHZ", "/tasks/healthz"])
def test_every_other_address_is_not_ours(rf, path):
    assert answer(rf.get(path)) is None
