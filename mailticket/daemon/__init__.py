"""The daemon: opens the doors that the settings name, puts the rounds on the clock, and waits to be stopped."""
