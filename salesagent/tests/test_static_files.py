"""Static files are named by a hash of their content: what imports follows, in all folders, and sheets are whole."""

import posixpath
import re
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from salesagent.serving.static_files import HashedStaticFilesStorage

PROJECT = Path(__file__).resolve().parents[2]
STATIC = PROJECT / "static"
SCRIPTS = {path.relative_to(STATIC).as_posix(): path.read_text() for path in STATIC.glob("js/**/*.js")}
SHEETS = {path.relative_to(STATIC).as_posix(): path.read_text() for path in STATIC.glob("css/**/*.css")}
ANY_IMPORT = re.compile(r"""(?:\bfrom|\bimport\()\s*["'](\.[^"']+\.js)["']""")
IMPORT_AT_ONCE = re.compile(r"""^import .* from "(.+)";$""", re.MULTILINE)
SHEET_IMPORT = re.compile(r'@import "(.+?)"')
SHEET_OF_A_PAGE = re.compile(r"""(?<!admin)['/](css/[\w/]+\.css)['"]""")


def imported(pattern, files, name):
    """The names that one of our files imports."""
    return {posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in pattern.findall(files[name])}


def with_imports(pattern, files, names):
    """These files, what they import, what that imports, and so on."""
    known, found = set(), set(names)
    while found:
        known |= found
        found = set().union(*(imported(pattern, files, name) for name in found)) - known
    return known


def collected(names, folder):
    """What collectstatic would say of these files: for each its name, and the name that holds its hash."""
    shutil.copytree(STATIC, folder, dirs_exist_ok=True)
    source = FileSystemStorage(STATIC)
    told = HashedStaticFilesStorage(folder, "/static/").post_process({name: (source, name) for name in names})
    return [(name, hashed) for name, hashed, _ in told if hashed is None or not hashed.endswith(".gz")]


@pytest.fixture(scope="module")
def hashed_scripts(tmp_path_factory):
    """The content of each script under the name that holds its hash."""
    folder = tmp_path_factory.mktemp("static")

    named = collected(SCRIPTS, folder)

    circle = [name for name, hashed in named if hashed is None]
    assert not circle, "These scripts import each other in a circle, even if only for a type in a comment."
    return {hashed: (folder / hashed).read_text() for _, hashed in named}


def test_every_import_leads_to_the_newest_name_of_a_script(hashed_scripts):
    imports = [imported(ANY_IMPORT, hashed_scripts, name) for name in hashed_scripts]

    assert sum(map(len, imports)) > 100
    assert set().union(*imports) <= set(hashed_scripts)


@pytest.mark.parametrize(
    ("page", "script"),
    [
        ("chat/page.html", "js/pages/chat_page.js"),
        ("chat/page.html", "js/voice/voice.js"),
        ("embed/frame.html", "js/embed/frame.js"),
    ],
)
def test_a_chat_loads_side_by_side_what_its_scripts_import(page, script):
    template = "".join((PROJECT / "templates" / name).read_text() for name in (page, "chat/panel/_modules.html"))
    preloaded = set(re.findall(r"""rel="modulepreload" href="{% static '(.+)' %}">""", template))

    needed = with_imports(IMPORT_AT_ONCE, SCRIPTS, {script})

    assert needed - {"js/pages/chat_page.js", "js/embed/frame.js"} <= preloaded


def test_scripts_are_sent_without_comments(hashed_scripts):
    sent = "".join(hashed_scripts.values())

    assert "/**" not in sent
    assert len(sent) < 0.7 * sum(map(len, SCRIPTS.values()))


def test_a_sheet_holds_what_it_imports_under_both_of_its_names(tmp_path):
    names = dict(collected(SHEETS, tmp_path))

    plain, hashed = ((tmp_path / name).read_text() for name in ("css/panel.css", names["css/panel.css"]))

    assert plain == hashed
    assert "@import" not in plain
    assert ".composer__field" in plain.split("@layer chat{", 1)[1]


def test_the_frame_loads_one_sheet_with_all_of_its_style(tmp_path):
    names = dict(collected(SHEETS, tmp_path))

    sheet = (tmp_path / names["css/pages/frame.css"]).read_text()

    assert sheet.startswith("@layer reset,base,chat,landing;")
    assert {".composer__field", ".button", ".frame-page"} <= set(re.findall(r"\.[\w-]+", sheet))
    assert "  " not in sheet


def test_every_sheet_is_on_a_page():
    pages = [page.read_text() for page in PROJECT.glob("templates/**/*.html")]
    on_pages = {name for page in pages for name in SHEET_OF_A_PAGE.findall(page)}

    assert with_imports(SHEET_IMPORT, SHEETS, on_pages) == set(SHEETS)
