"""The pages of entry, reading and the steps of a return: a file a subject; each view fetches, acts, answers."""
