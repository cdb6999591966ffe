"""What a message names: places, dates, numbers, identifiers, and the tenant's own words. One recogniser a file."""
