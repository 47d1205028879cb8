"""`make run`: from an installed environment to a portal that answers, and back to nothing.

`environment` decides, `only_one` guards, `prepare` does the steps, `serve` keeps its two processes, `__main__` ties.
"""


class Refused(Exception):
    """Why the portal is not started, as a sentence that says what to do."""
