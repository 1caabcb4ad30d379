"""Attacks on the promises: each a command that prints one line of counts and fails when missed."""
