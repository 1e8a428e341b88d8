"""The demonstration: embedded servers, sample mails with what ought to become of each, and the desk running on them."""
