"""Fixtures that every test may ask for; each family lives in a module of its own."""

pytest_plugins = ["tests.servers", "tests.postgres"]
