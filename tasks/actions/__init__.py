"""Writes with a consequence. Each is atomic, locks what it changes, and is itself the authority: it refuses with
`NotAllowed`, then `ValidationError`, then `Stale`, then `IllegalNow`, and in that order."""
