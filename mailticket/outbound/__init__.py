"""Decisions to bytes: rendering and composing our mails, and what to do with a relay's answer."""
