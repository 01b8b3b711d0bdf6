"""Static files taken one by one from installed packages, so that their other megabytes stay out."""

from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage


def package_file(package: str, name: str) -> Path:
    """Return the path of one file of an installed package, without importing the package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(f"The package {package} is not installed.")
    return Path(spec.submodule_search_locations[0]) / name


class PackageFilesFinder(BaseFinder):
    """Find the files of ``STATICFILES_PACKAGE_FILES``: address → (package, file)."""

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        source = settings.STATICFILES_PACKAGE_FILES.get(path)
        if source is None:
            return []
        found = str(package_file(*source))
        return [found] if find_all else found

    def list(self, ignore_patterns):
        for path, (package, name) in settings.STATICFILES_PACKAGE_FILES.items():
            if not matches_patterns(path, ignore_patterns):
                yield path, _RenamedFile(path, package_file(package, name))


class _RenamedFile(FileSystemStorage):
    """A storage of one file, under the address at which it is served."""

    prefix = None

    def __init__(self, address: str, file: Path):
        super().__init__(location=file.parent)
        self._address, self._file = address, file

    def path(self, name):
        return str(self._file) if name == self._address else super().path(name)
