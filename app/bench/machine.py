"""What processes and databases take of the machine; Linux and PostgreSQL tell."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


def processor_seconds(process: int) -> float:
    """Return the processor time a process has had, user and system."""
    said = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(process: int) -> float:
    """Return what a process holds in memory now; nought where it has ended."""
    try:
        said = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    except OSError:
        return 0.0
    for line in said.splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def database_bytes(url: str) -> int:
    """Return the size of a PostgreSQL database on disk; blocking."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT pg_database_size(current_database())"))
            return int(found.scalar_one())
    finally:
        engine.dispose()
