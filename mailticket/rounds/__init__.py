"""The desk at work: rounds of collecting, delivering and watching, over doors that are stated here and opened by the daemon."""
