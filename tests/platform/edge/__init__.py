"""The HTTP edge: credentials, accounts, tenancy, limits, errors."""
