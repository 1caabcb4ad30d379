"""Files out and in: the desk's rows as others can read them."""
