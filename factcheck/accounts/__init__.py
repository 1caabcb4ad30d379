"""Who may come in: passwords, throttling, the second factor, one-time links."""
