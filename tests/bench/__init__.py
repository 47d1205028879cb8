"""`make bench`: how fast the portal answers at one plan and at a thousand, and what memory that takes.

`__main__` ties · `databases` makes the two databases · `copies` fills one · `portal` serves them · `questions` says
what is asked and what a right answer holds · `client` asks, in a process of its own · `figures` sums up and judges ·
`report` writes docs/performance.md.
"""
