"""The project: settings, addresses, routers and the database backend. No claims code here."""
