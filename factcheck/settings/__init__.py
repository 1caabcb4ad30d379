"""One module for each way to run: development (and the demo), test, production."""
