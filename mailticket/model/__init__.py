"""The words of the desk: frozen values that every wing shares, and nothing that acts."""
