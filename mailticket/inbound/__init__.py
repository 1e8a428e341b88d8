"""Bytes to meaning: reading a mail, telling who wrote it, and finding the ticket it belongs to."""
