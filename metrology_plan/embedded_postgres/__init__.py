"""The default database: a PostgreSQL from a wheel, started at the first connection.

`server.py` knows folders and processes, `base.py` is the thin Django backend on top of it.
"""
