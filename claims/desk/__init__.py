"""What editors do: moves, checks and restorations that change desk rows."""
