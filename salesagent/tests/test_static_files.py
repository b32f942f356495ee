"""Static files are named by a hash of their content; scripts that import each other follow, from folder to folder."""

import posixpath
import re
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from salesagent.static_files import HashedStaticFilesStorage

PROJECT = Path(__file__).resolve().parents[2]
STATIC = PROJECT / "static"
SCRIPTS = {path.relative_to(STATIC).as_posix(): path.read_text() for path in STATIC.glob("js/**/*.js")}
ANY_IMPORT = re.compile(r"""(?:\bfrom|\bimport\()\s*["'](\.[^"']+\.js)["']""")
IMPORT_AT_ONCE = re.compile(r"""^import .* from "(.+)";$""", re.MULTILINE)


def imported(pattern, name, script):
    return {posixpath.normpath(posixpath.join(posixpath.dirname(name), address)) for address in pattern.findall(script)}


@pytest.fixture(scope="module")
def hashed(tmp_path_factory):
    """Our scripts as collectstatic writes them: the content under each hashed name."""
    folder = tmp_path_factory.mktemp("static")
    shutil.copytree(STATIC / "js", folder / "js")
    source, storage = FileSystemStorage(folder), HashedStaticFilesStorage(folder, "/static/")

    written = list(storage.post_process({name: (source, name) for name in SCRIPTS}))

    circle = [name for name, new, _ in written if new is None]
    assert not circle, "These scripts import each other in a circle, even if only for a type in a comment."
    made = {name: new for name, new, _ in written if not new.endswith(".gz")}
    return {made[name]: (folder / made[name]).read_text() for name in SCRIPTS}


def test_every_import_leads_to_the_newest_name_of_a_script(hashed):
    imports = [imported(ANY_IMPORT, name, script) for name, script in hashed.items()]

    assert sum(map(len, imports)) > 100
    assert set().union(*imports) <= set(hashed)


@pytest.mark.parametrize("script", ["js/pages/chat_page.js", "js/voice/voice.js"])
def test_the_chat_page_loads_side_by_side_what_its_scripts_import(script):
    template = (PROJECT / "templates/chat/page.html").read_text()
    preloaded = set(re.findall(r"""rel="modulepreload" href="{% static '(.+)' %}">""", template))

    needed, found = set(), {script}
    while found:
        needed |= found
        found = set().union(*(imported(IMPORT_AT_ONCE, name, SCRIPTS[name]) for name in found)) - needed

    assert needed - {"js/pages/chat_page.js"} <= preloaded
