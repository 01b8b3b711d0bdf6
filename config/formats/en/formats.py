"""English words, Vietnamese dates and numbers: the same figure looks the same to everybody."""

from config.formats.vi.formats import *  # noqa: F403
