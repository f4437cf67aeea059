"""Reads the stored observations straight from the database, past the product: the only file that knows its tables."""

import os
import sqlite3
import subprocess

QUERY = "SELECT observation_id, COUNT(*) FROM observations GROUP BY observation_id"


def stored(data, database_url):
    """Observation id -> number of rows."""
    return from_postgres(database_url) if database_url else from_sqlite(data / "tracewright.db")


def from_sqlite(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return dict(connection.execute(QUERY))
    finally:
        connection.close()


def from_postgres(url):
    lines = psql(url, QUERY).splitlines()
    return {name: int(count) for name, count in (line.split("|") for line in lines)}


def new_database(name):
    """An empty database beside the one that TEST_DATABASE_URL names."""
    url = os.environ["TEST_DATABASE_URL"]
    psql(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    psql(url, f"CREATE DATABASE {name}")
    return url.rsplit("/", 1)[0] + "/" + name


def psql(url, query):
    run = subprocess.run(["psql", url, "-AtX", "-v", "ON_ERROR_STOP=1", "-c", query], capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"psql: {run.stderr}")
    return run.stdout
