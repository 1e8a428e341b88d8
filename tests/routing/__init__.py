"""Labelled mails: the blind set, those that the shipped vocabulary is learned from, and the learner."""
