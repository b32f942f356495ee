"""A file that could not be written to its end is not there at all."""

import errno

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


class Half(ContentFile):
    """Its second half meets a full disk."""

    def chunks(self, chunk_size=None):
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("folder", ["documents", "recordings", "public/logos"])
def test_a_full_disk_leaves_no_file_behind(settings, folder):
    with pytest.raises(OSError, match="No space left"):
        default_storage.save(f"{folder}/large.pdf", Half(b"all of it"))

    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_what_was_there_before_stays():
    name = default_storage.save("documents/a.txt", ContentFile(b"first"))

    with pytest.raises(OSError, match="No space left"):
        default_storage.save("documents/a.txt", Half(b"second"))

    assert default_storage.open(name).read() == b"first"
