"""What every resource of the REST API has in common: problems, lists, versions, tokens, schema."""
