"""The only doors to the outside: mail servers, files, the database, the clock, worker processes."""
