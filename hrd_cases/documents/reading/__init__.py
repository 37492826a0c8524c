"""What reads files that others made: each in a process of its own that can do nothing else (`shut_in`).

What these modules say goes back through a pipe, as plain words and bytes; whoever asked believes no more of it than
that (`hrd_cases/documents/reader.py`).
"""
