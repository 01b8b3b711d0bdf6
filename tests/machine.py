"""What this machine can test with: a PostgreSQL of its own and a Chromium, where they are installed."""

import os
import shutil
from pathlib import Path


def postgresql_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs (the newest), or None."""
    # Debian keeps them off the PATH, one folder a version.
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("initdb")
    found = debian[-1] if debian else Path(on_path) if on_path else None
    return found and found.parent


def chromium() -> str | None:
    """Return the Chromium that ``CHROMIUM`` names or the PATH holds, or None."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)
