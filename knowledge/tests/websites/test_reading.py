"""A website becomes documents, a page each, by the rules of the web."""

from __future__ import annotations

import gzip

import pytest

from knowledge.models import WebPage, Website
from knowledge.search import search
from knowledge.tests.pdfs import a_pdf
from knowledge.tests.websites.pages import documents, index_all, lamp, note, states
from knowledge.websites import keeping

pytestmark = pytest.mark.django_db


def test_each_page_that_is_linked_becomes_a_document_that_is_answered_from(site, website, read):
    site.page("/", lamp("Brook 90", "/desk", "/floor#price"), title="Brook 90 – Lamps")
    site.page("/desk", lamp("Weir 20", "/", "/floor/"), title="Weir 20")
    site.page("/floor", lamp("Spring 5"), title="Spring 5")

    done = read()
    index_all()

    assert (done.status, done.error) == ("ready", "")
    assert {path: document.name for path, document in documents().items()} == {
        "/": "Brook 90",
        "/desk": "Weir 20",
        "/floor": "Spring 5",
    }
    assert "Weir 20 is a lamp" in search(website.agent_id, "What does the Weir 20 cost?", 3)[0].text
    assert sorted(site.paths()) == ["/", "/desk", "/floor", "/robots.txt", "/sitemap.xml"]
    assert site.most_at_once == 1


def test_the_pages_of_sitemaps_are_read(site, website, read):
    site.put("/robots.txt", f"Sitemap: {site.url('/all.xml')}", Content_Type="text/plain")
    index = f"<sitemapindex><sitemap><loc>{site.url('/some.xml.gz')}</loc></sitemap></sitemapindex>"
    some = f"<urlset><url><loc>{site.url('/desk')}</loc></url><url><loc>http://other.example/x</loc></url></urlset>"
    site.put("/all.xml", index, Content_Type="application/xml")
    site.put("/some.xml.gz", gzip.compress(some.encode()), Content_Type="application/gzip")
    site.page("/", lamp("Brook 90"))
    site.page("/desk", lamp("Weir 20"))

    read()

    assert set(documents()) == {"/", "/desk"}


def test_reading_can_begin_at_a_sitemap(site, website, read):
    Website.objects.update(url=site.url("/map.xml"))
    site.put("/map.xml", f"<urlset><url><loc>{site.url('/desk')}</loc></url></urlset>", Content_Type="text/xml")
    site.page("/desk", lamp("Weir 20"))

    assert read().status == "ready"
    assert set(documents()) == {"/desk"}


def test_what_the_site_does_not_allow_is_not_read(site, website, read):
    site.page("/", lamp("Brook 90", "/private/a", "/secret", "/hidden"))
    site.page("/private/a", lamp("Private"))
    site.page("/secret", lamp("Secret", "/behind"), head='<meta name="robots" content="noindex">')
    site.page("/hidden", lamp("Hidden"), X_Robots_Tag="noindex")
    site.page("/behind", lamp("Weir 20"))

    read()

    assert set(documents()) == {"/", "/behind"}
    assert "/private/a" not in site.paths()
    assert "robots.txt does not allow" in note("/private/a")
    assert "noindex" in note("/secret")
    assert states()["/hidden"] == "kept_out"


def test_a_site_that_forbids_all_is_not_read(site, website, read):
    site.put("/robots.txt", "User-agent: *\nDisallow: /", Content_Type="text/plain")

    assert (read().status, site.paths()) == ("failed", ["/robots.txt"])
    assert "does not allow it to be read" in website.error


def test_a_site_whose_rules_cannot_be_read_is_left_alone(site, website, read):
    site.put("/robots.txt", "", status=500)

    assert (read().status, site.paths()) == ("failed", ["/robots.txt"])


def test_only_what_staff_want_is_read(site, website, read):
    Website.objects.update(include="/lamps\n/help", exclude="/lamps/old*")
    site.page("/", lamp("Home", "/lamps/1", "/lamps/old-2", "/about"))
    site.page("/lamps/1", lamp("Brook 90"))

    read()

    assert set(documents()) == {"/lamps/1"}
    assert not {"/about", "/lamps/old-2"} & set(site.paths())


def test_pages_of_other_hosts_and_ports_are_not_read(site, website, read):
    site.page("/", lamp("Brook 90", site.url("/x", host="localhost"), "http://other.example/", "https://127.0.0.1/y"))

    read()

    assert set(states()) == {"/"}


def test_no_more_pages_than_wished_are_read(site, website, read):
    Website.objects.update(max_pages=10)
    for number in range(30):
        site.page("/" if not number else f"/{number}", lamp(f"Brook {number}", *(f"/{n}" for n in range(1, 30))))

    read()

    assert len(documents()) == 10


def test_a_calendar_without_an_end_does_not_keep_the_other_pages_out(site, website, read):
    Website.objects.update(max_pages=40)
    site.page("/", lamp("Brook 90", "/calendar/1", *(f"/lamp/{n}" for n in range(20))))
    for number in range(20):
        site.page(f"/lamp/{number}", lamp(f"Lamp {number}"))
    for number in range(1, 60):
        site.page(f"/calendar/{number}", lamp(f"Month {number}", f"/calendar/{number + 1}"))

    assert read().status == "ready"
    assert len(documents()) == 40
    assert {f"/lamp/{n}" for n in range(20)} < set(documents())


def test_pages_that_ask_not_to_be_kept_and_lead_to_ever_more_of_their_kind_come_to_an_end(
    site, website, read, monkeypatch
):
    monkeypatch.setattr(keeping, "KEPT_OUT_SHOWN", 2)
    Website.objects.update(max_pages=5)
    site.page("/", lamp("Brook 90", "/filter/1", "/desk"))
    site.page("/desk", lamp("Weir 20"))
    for number in range(1, 40):
        page = lamp(f"Filter {number}", f"/filter/{number + 1}")
        site.page(f"/filter/{number}", page, head='<meta name="robots" content="noindex, follow">')

    assert read().status == "ready"
    assert set(documents()) == {"/", "/desk"}
    assert len(states()) == 5 * keeping.LOOKED_AT + 2


def test_sitemaps_that_name_ever_more_sitemaps_come_to_an_end(site, website, read, monkeypatch):
    monkeypatch.setattr(keeping, "MAX_SITEMAPS", 5)
    site.page("/", lamp("Brook 90"))
    for number in range(20):
        named = "".join(f"<sitemap><loc>{site.url(f'/{number * 3 + n}.xml')}</loc></sitemap>" for n in (1, 2, 3))
        index = f"<sitemapindex>{named}</sitemapindex>"
        site.put(f"/{number}.xml" if number else "/sitemap.xml", index, Content_Type="application/xml")

    assert read().status == "ready"
    assert WebPage.objects.filter(kind="sitemap").count() == 5


def test_redirects_are_pages_of_their_own_and_circles_end(site, website, read):
    site.page("/", lamp("Brook 90", "/old", "/a", "/slash", "/away"))
    site.redirect("/old", "/new")
    site.page("/new", lamp("Weir 20"))
    site.redirect("/a", "/b", 302)
    site.redirect("/b", "/a", 302)
    site.redirect("/slash", "/slash/")
    site.redirect("/slash/", "/slash")
    site.redirect("/away", "http://other.example/")

    read()

    assert set(documents()) == {"/", "/new"}
    assert note("/old") == f"Leads to {site.url('/new')}"
    assert "leads to itself" in WebPage.objects.get(key="/slash").note
    assert note("/away") == "Leads to another site: http://other.example/"
    assert len(site.paths()) < 20


def test_an_address_that_only_lacks_a_slash_is_the_page_itself(site, website, read):
    site.page("/", lamp("Brook 90", "/desk"))
    site.redirect("/desk", "/desk/")
    site.page("/desk/", lamp("Weir 20"))

    read()

    assert set(documents()) == {"/", "/desk/"}


def test_a_start_that_leads_to_another_site_says_where(site, website, read):
    site.redirect("/", site.url("/shop", host="localhost"))
    site.page("/shop", lamp("Brook 90"))

    read()

    assert website.status == "failed"
    assert f"another site, http://localhost:{site.port}" in website.error


def test_pages_that_say_the_same_are_kept_once(site, website, read):
    site.page("/", lamp("Brook 90", "/desk?color=red", "/desk", "/copy"))
    site.page("/desk", lamp("Weir 20"))
    site.page("/desk?color=red", lamp("Weir 20 red"), head='<link rel="canonical" href="/desk">')
    site.page("/copy", lamp("Weir 20"))

    read()

    assert set(documents()) == {"/", "/desk"}
    assert (states()["/desk?color=red"], states()["/copy"]) == ("same", "same")


def test_a_first_page_that_all_pages_name_by_mistake_does_not_swallow_them(site, website, read):
    head = '<link rel="canonical" href="/">'
    site.page("/", lamp("Brook 90", "/desk"), head=head)
    site.page("/desk", lamp("Weir 20"), head=head)

    read()

    assert set(documents()) == {"/", "/desk"}


def test_a_page_that_names_one_that_is_not_there_is_kept_itself(site, website, read):
    site.page("/", lamp("Brook 90", "/gone", "/desk"))
    site.page("/desk", lamp("Weir 20"), head='<link rel="canonical" href="/gone">')

    read()

    assert set(documents()) == {"/", "/desk"}


def test_a_page_made_by_scripts_says_so(site, website, read):
    site.page("/", '<div id="root"></div><script src="/app.js"></script>')

    assert read().status == "failed"
    assert website.error.startswith("Scripts make this page")


def test_a_pdf_is_read_as_an_uploaded_one_is(site, website, read):
    site.page("/", lamp("Brook 90", "/price_list.pdf", "/broken.pdf"))
    site.put("/price_list.pdf", a_pdf("A Brook 90 costs $2,400."), Content_Type="application/pdf")
    site.put("/broken.pdf", b"%PDF-1.4", Content_Type="application/pdf")

    read()

    document = documents()["/price_list.pdf"]
    assert (document.name, document.text) == ("price list", "A Brook 90 costs $2,400.")
    assert "damaged" in note("/broken.pdf")


def test_pages_that_fail_are_tried_three_times_and_do_not_stop_the_others(site, website, read):
    site.page("/", lamp("Brook 90", "/broken", "/large", "/picture", "/desk"))
    site.put("/broken", "", status=500)
    site.put("/large", b"x" * 5_000_001)
    site.put("/picture", b"\x89PNG", Content_Type="image/png")
    site.page("/desk", lamp("Weir 20"))

    assert read().status == "ready"
    assert set(documents()) == {"/", "/desk"}
    assert site.paths().count("/broken") == 3
    assert (states()["/broken"], states()["/large"], states()["/picture"]) == ("failed", "failed", "kept_out")
    assert "larger than 5 MB" in note("/large")


def test_a_site_that_goes_down_is_left_alone_and_what_was_read_stays(site, website, read):
    paths = [f"/{number}" for number in range(30)]
    site.page("/", lamp("Brook 90", *paths))
    for path in paths:
        site.page(path, lamp(f"Lamp {path}"))
    read()
    kept = {path: document.text for path, document in documents().items()}
    for path in paths:
        site.put(path, "", status=500)
    site.asked.clear()

    read()

    assert (website.status, website.error[:26]) == ("failed", "The site stopped answering")
    assert {path: document.text for path, document in documents().items()} == kept
    assert len(site.paths()) < 20


def test_a_server_that_asks_for_time_gets_it(site, website, read):
    site.page("/", lamp("Brook 90", "/desk"))
    site.put("/desk", "", status=429, Retry_After="120")

    read()

    assert (read.rest.is_done, read.rest.wait_s) == (False, 120.0)
    assert website.status == "reading"
    site.page("/desk", lamp("Weir 20"))
    read()
    assert (website.status, set(documents())) == ("ready", {"/", "/desk"})


def test_a_pause_that_robots_ask_for_is_kept_between_two_pages(site, website, read, monkeypatch):
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 30", Content_Type="text/plain")
    site.page("/", lamp("Brook 90", "/desk"))

    read()

    assert (read.rest.is_done, read.rest.wait_s) == (False, 30.0)
    assert "/desk" not in site.paths()
