"""Which post does an address mean? Address and answer side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import growth
from fonds.sources.addresses import Target, target

ID = "1c77ce714985"
POST = Target(ID, "")
CASES = {
    f"https://medium.com/@ana/boats-{ID}": POST,
    f"http://medium.com/@ana/boats-{ID}/": POST,
    f"https://ana.medium.com/boats-{ID}": POST,
    f"https://medium.com/harbour-news/boats-{ID}": POST,
    f"https://harbour.example/boats-{ID}": POST,
    f"https://medium.com/p/{ID}": POST,
    f"https://medium.com/i-m-h-o/{ID}": POST,
    f"//medium.com/p/{ID}": POST,
    f"/p/{ID}": POST,
    f"/@ana/boats-{ID}": POST,
    f" https://medium.com/p/{ID}\n": POST,
    "https://medium.com/p/9f8e7d6c": Target("9f8e7d6c", ""),
    f"https://medium.com/@ana/{'šuma-شرطة-港'}-{ID}": POST,
    f"https://medium.com/@ana/boats-{ID}?source=user_profile---------3": POST,
    f"https://medium.com/@ana/boats-{ID}?sk=0011223344": POST,
    f"https://medium.com/@ana/boats-{ID}#7de6": Target(ID, "7de6"),
    f"https://medium.com/@ana/boats-{ID}?sk=00#7de6": Target(ID, "7de6"),
    f"https://medium.com/@ana/boats-{ID}#.k2x9q7": POST,
    f"https://medium.com/@ana/boats-{ID}#:~:text=boats": POST,
    f"https://medium.com/m/global-identity?redirectUrl=https%3A%2F%2Fx.example%2Fboats-{ID}%237de6": Target(ID, "7de6"),
    f"https://medium.com/m/global-identity-2?a=b&redirectUrl=https%3A%2F%2Fx.example%2Fboats-{ID}": POST,
    "#7de6": Target("", "7de6"),
    "#": None,
    "": None,
    "https://medium.com": None,
    "https://medium.com/@ana": None,
    "https://medium.com/@ana/about": None,
    "https://medium.com#7de6": None,
    f"https://link.medium.com/{ID}": None,
    f"https://miro.medium.com/v2/1-{ID}": None,
    f"https://github.com/ana/nets/commit/{ID}": None,
    f"https://gist.github.com/ana/{ID}": None,
    f"https://web.archive.org/web/2019/https://medium.com/p/{ID}": None,
    f"https://proxy.example/https%3A%2F%2Fmedium.com%2Fp%2F{ID}": None,
    f"https://www.facebook.com/ana/posts/{ID}": None,
    f"mailto:ana@boats-{ID}": None,
    f"boats-{ID}": None,
    f"https://medium.com/@ana/boats-{ID}/extra": None,
    f"https://medium.com/@ana/boats-{ID.upper()}": None,
    "https://medium.com/p/1c77ce7": None,
    f"https://medium.com/media/{ID}{ID}": None,
    "https://medium.com/m/global-identity?redirectUrl=https%3A%2F%2Fmedium.com%2Fm%2Fglobal-identity%3FredirectUrl%3Dx": None,
}  # fmt: skip


@pytest.mark.parametrize(("href", "expected"), CASES.items())
def test_target(href: str, expected: Target | None) -> None:
    assert target(href) == expected


@given(st.text(alphabet="htps:/#?&=.-@mediu0123456789abcdef%\n ", max_size=120))
def test_any_text_is_answered(href: str) -> None:
    found = target(href)
    assert found is None or found.post_id or found.anchor


@pytest.mark.parametrize("piece", ["/", "-0123456789ab", "#", "redirectUrl=", "%2F", " "])
def test_time_is_linear(piece: str) -> None:
    growth.assert_linear(lambda size: target("https://medium.com/p" + piece * size), 20_000)
