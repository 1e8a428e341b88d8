"""Meaning to decisions: the life of a ticket, rules and triage, working hours and targets, whom to tell."""
