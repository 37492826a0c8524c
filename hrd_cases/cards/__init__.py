"""Index cards: what lists and searches need of each case file, packed and sealed under the circle that reads it.

Lists, searches and counts open some dozens of packed segments instead of a row per case. Cards are a copy: they can
always be made again from the files.
"""
