"""mailticket: the whole desk behind one mail address."""
