"""What a user may write, and what each word is taken for."""

from __future__ import annotations

import pytest

from fonds.errors import UsageError
from fonds.medium.sources import Author, Publication, Single, Source, home, name, parse, parse_list, site

POST = "1c77ce714985"
TAKEN: list[tuple[str, Source]] = [
    ("@miralund", Author("miralund")),
    ("  @salma.haddad ", Author("salma.haddad")),
    ("https://medium.com/@miralund", Author("miralund")),
    ("https://www.medium.com/@miralund/", Author("miralund")),
    ("http://medium.com/@miralund/followers", Author("miralund")),
    ("https://medium.com/@miralund?source=post_page-----1", Author("miralund")),
    ("medium.com/@miralund", Author("miralund")),
    ("https://medium.com/feed/@miralund", Author("miralund")),
    ("https://medium.com/u/a1f00d5ea001", Author(user_id="a1f00d5ea001")),
    ("miralund.medium.com", Author("miralund", host="miralund.medium.com")),
    ("https://miralund.medium.com/about", Author("miralund", host="miralund.medium.com")),
    ("the-quay-letter", Publication("the-quay-letter")),
    ("https://medium.com/the-quay-letter", Publication("the-quay-letter")),
    ("https://medium.com/the-quay-letter/archive/2016/05", Publication("the-quay-letter")),
    ("https://medium.com/feed/the-quay-letter", Publication("the-quay-letter")),
    ("letters.quay.example", Publication(domain="letters.quay.example")),
    ("https://Letters.Quay.Example/", Publication(domain="letters.quay.example")),
    ("https://letters.quay.example/feed", Publication(domain="letters.quay.example")),
    ("https://münchen.example/", Publication(domain="xn--mnchen-3ya.example")),
    (POST, Single(POST)),
    (f"https://medium.com/p/{POST}", Single(POST, f"https://medium.com/p/{POST}")),
    (f"medium.com/p/{POST}", Single(POST, f"https://medium.com/p/{POST}")),
    (f"https://medium.com/@miralund/boats-{POST}#a1b2", Single(POST, f"https://medium.com/@miralund/boats-{POST}")),
    (f"https://letters.quay.example/boats-{POST}?sk=1", Single(POST, f"https://letters.quay.example/boats-{POST}")),
    (f"https://miralund.medium.com/boats-{POST}", Single(POST, f"https://miralund.medium.com/boats-{POST}")),
]  # fmt: skip
REFUSED = [
    ("", "names nothing"),
    ("two words", "blank"),
    ("@", "no user name"),
    ("@a/b", "no user name"),
    ("ftp://medium.com/@a", "no web address"),
    ("https://medium.com/", "all of Medium"),
    ("https://medium.com/tag/boats", "without its id"),
    ("https://medium.com/m/signin", "without its id"),
    ("https://medium.com/me", "Medium's own"),
    ("https://medium.com/the-quay-letter/boats", "without its id"),
    ("https://letters.quay.example/boats", "without its id"),
    ("https://link.medium.com/AbCdEf", "short link"),
    ("https://miro.medium.com/1*a.jpeg", "Medium's own"),
    ("https://user:secret@medium.com/@a", "password"),
    ("https://letters.quay.example:8080/", "port"),
    ("https://[::1", "no address"),
    ("https://localhost/", "no address"),
    ("Capital-Letters", "no publication"),
]


@pytest.mark.parametrize(("given", "source"), TAKEN)
def test_a_word_is_taken_for(given: str, source: Source) -> None:
    assert parse(given) == source


@pytest.mark.parametrize(("given", "source"), TAKEN)
def test_the_name_of_a_source_is_read_back_as_the_same(given: str, source: Source) -> None:
    assert parse(name(source)) == source


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_what_names_nothing_is_refused_in_a_line_with_a_remedy(given: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(given)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        parse("https://user:secret@medium.com/@a")
    assert "secret" not in str(caught.value)


def test_a_list_has_a_source_a_line() -> None:
    text = f"\ufeff# mine\n@miralund\n\n{POST}  # the first\r\nthe-quay-letter\n@miralund\n"
    assert list(parse_list(text, "list.txt")) == [Author("miralund"), Single(POST), Publication("the-quay-letter")]  # fmt: skip


def test_an_error_in_a_list_names_file_and_line() -> None:
    with pytest.raises(UsageError) as caught:
        list(parse_list("@miralund\n\ntwo words\n", "list.txt"))
    assert str(caught.value).startswith("list.txt, line 3: two words")


@pytest.mark.parametrize(
    ("source", "page", "host"),
    [
        (Author("miralund"), "https://medium.com/@miralund", "miralund.medium.com"),
        (Author("ida_okoro"), "https://medium.com/@ida_okoro", ""),
        (Author(user_id="a1f00d5ea001"), "https://medium.com/u/a1f00d5ea001", ""),
        (Publication("the-quay-letter"), "https://medium.com/the-quay-letter", ""),
        (Publication(domain="letters.quay.example"), "https://letters.quay.example", "letters.quay.example"),
    ],
)
def test_where_a_source_lives(source: Author | Publication, page: str, host: str) -> None:
    assert (home(source), site(source)) == (page, host)
