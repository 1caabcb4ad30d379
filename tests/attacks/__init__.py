"""The attacks of ``bench/attacks`` with smaller counts."""
