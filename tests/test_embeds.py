"""fonds.embeds: what stands behind a frame's address. All ids are invented."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fonds.embeds import Kind, Target, recognise, unwrap
from growth import assert_linear

ID = "aB3-_xYz012"
WATCH = f"https://www.youtube.com/watch?v={ID}"
STILL = f"https://i.ytimg.com/vi/{ID}/hqdefault.jpg"

RECOGNISED: tuple[tuple[str, Kind, str, str, str], ...] = (
    # address, kind, provider, id, page for people
    (f"https://www.youtube.com/embed/{ID}", "video", "youtube", ID, WATCH),
    (f"https://www.youtube.com/embed/{ID}?feature=oembed&start=3", "video", "youtube", ID, WATCH),
    (f"http://www.youtube.com/watch?v={ID}", "video", "youtube", ID, WATCH),
    (f"https://www.youtube.com/watch?list=PL1&v={ID}&t=9", "video", "youtube", ID, WATCH),
    (f"https://m.youtube.com/watch?v={ID}", "video", "youtube", ID, WATCH),
    (f"https://www.youtube-nocookie.com/embed/{ID}", "video", "youtube", ID, WATCH),
    (f"https://youtu.be/{ID}?t=4", "video", "youtube", ID, WATCH),
    (f"//www.youtube.com/embed/{ID}", "video", "youtube", ID, WATCH),
    (f"HTTPS://WWW.YouTube.com/embed/{ID}", "video", "youtube", ID, WATCH),
    (f"https://www.youtube.com/shorts/{ID}", "video", "youtube", ID, WATCH),
    (f"https://www.youtube.com/live/{ID}", "video", "youtube", ID, WATCH),
    ("https://player.vimeo.com/video/123456?app_id=1", "video", "vimeo", "123456", "https://vimeo.com/123456"),
    ("https://vimeo.com/123456", "video", "vimeo", "123456", "https://vimeo.com/123456"),
    ("https://www.dailymotion.com/embed/video/x7abc", "video", "dailymotion", "x7abc",
     "https://www.dailymotion.com/video/x7abc"),
    ("https://www.facebook.com/harbour/videos/12345/", "video", "facebook", "12345",
     "https://www.facebook.com/watch/?v=12345"),
    ("https://www.facebook.com/harbour/videos/vb.99/12345/", "video", "facebook", "12345",
     "https://www.facebook.com/watch/?v=12345"),
    ("https://embed.ted.com/talks/ana_on_boats", "video", "ted", "ana_on_boats",
     "https://www.ted.com/talks/ana_on_boats"),
    ("https://fast.wistia.net/embed/iframe/ab12cd34ef", "video", "wistia", "ab12cd34ef",
     "https://fast.wistia.net/embed/iframe/ab12cd34ef"),
    ("https://www.loom.com/embed/0a1b2c", "video", "loom", "0a1b2c", "https://www.loom.com/share/0a1b2c"),
    ("https://giphy.com/embed/3oAbCd/twitter/iframe", "video", "giphy", "3oAbCd", "https://giphy.com/gifs/3oAbCd"),
    ("https://giphy.com/gifs/boat-sea-3oAbCd", "video", "giphy", "3oAbCd", "https://giphy.com/gifs/3oAbCd"),
    ("https://open.spotify.com/embed/track/7aBc", "audio", "spotify", "track/7aBc",
     "https://open.spotify.com/track/7aBc"),
    ("https://open.spotify.com/embed-podcast/episode/7aBc", "audio", "spotify", "episode/7aBc",
     "https://open.spotify.com/episode/7aBc"),
    ("https://w.soundcloud.com/player/?visual=true&url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F12&show=1",
     "audio", "soundcloud", "https://api.soundcloud.com/tracks/12", "https://api.soundcloud.com/tracks/12"),
    ("https://soundcloud.com/harbour/foghorn", "audio", "soundcloud", "harbour/foghorn",
     "https://soundcloud.com/harbour/foghorn"),
    ("https://gist.github.com/ana/0123abc", "gist", "github-gist", "ana/0123abc",
     "https://gist.github.com/ana/0123abc"),
    ("https://gist.github.com/ana/0123abc.js?file=tide.py", "gist", "github-gist", "ana/0123abc",
     "https://gist.github.com/ana/0123abc"),
    ("https://gist.github.com/0123abc", "gist", "github-gist", "0123abc", "https://gist.github.com/0123abc"),
    ("https://twitter.com/ana/status/1234567890", "tweet", "twitter", "1234567890",
     "https://twitter.com/ana/status/1234567890"),
    ("http://x.com/ana/status/1234567890?s=20", "tweet", "twitter", "1234567890",
     "https://x.com/ana/status/1234567890?s=20"),
    ("https://platform.twitter.com/embed/Tweet.html?dnt=1&id=1234567890", "tweet", "twitter", "1234567890",
     "https://twitter.com/i/web/status/1234567890"),
    ("https://codepen.io/ana/embed/preview/abCd?height=300", "code", "codepen", "ana/embed/preview/abCd",
     "https://codepen.io/ana/embed/preview/abCd?height=300"),
    ("https://codesandbox.io/embed/tide-x1", "code", "codesandbox", "tide-x1", "https://codesandbox.io/s/tide-x1"),
    ("https://jsfiddle.net/ana/ab12c/", "code", "jsfiddle", "ana/ab12c", "https://jsfiddle.net/ana/ab12c/"),
    ("https://replit.com/@ana/tide?embed=true", "code", "replit", "@ana/tide", "https://replit.com/@ana/tide"),
    ("https://www.instagram.com/p/aBc-1/embed/", "frame", "instagram", "aBc-1",
     "https://www.instagram.com/p/aBc-1/"),
    ("https://docs.google.com/forms/d/e/1FAb-c/viewform?embedded=true", "frame", "google-docs",
     "forms/d/e/1FAb-c", "https://docs.google.com/forms/d/e/1FAb-c"),
    ("https://datawrapper.dwcdn.net/aB3dE/2/", "frame", "datawrapper", "aB3dE", "https://datawrapper.dwcdn.net/aB3dE/"),
    ("https://flo.uri.sh/visualisation/123/embed", "frame", "flourish", "visualisation/123",
     "https://public.flourish.studio/visualisation/123/"),
)  # fmt: skip


@pytest.mark.parametrize(("address", "kind", "provider", "thing", "href"), RECOGNISED)
def test_recognised(address: str, kind: Kind, provider: str, thing: str, href: str) -> None:
    found = recognise(address)
    assert found[:4] == (kind, provider, thing, href)


@pytest.mark.parametrize(("address", "kind", "provider", "thing", "href"), RECOGNISED)
def test_recognised_within_embedly(address: str, kind: Kind, provider: str, thing: str, href: str) -> None:
    frame = f"https://cdn.embedly.com/widgets/media.html?src={quote(address, safe='')}&type=text%2Fhtml"
    assert recognise(frame)[:4] == (kind, provider, thing, href)


NOT_RECOGNISED = (
    "",
    "https://boats.example/frame",
    "https://notyoutube.com/embed/" + ID,
    "https://www.youtube.com.boats.example/embed/" + ID,
    "https://www.youtube.com/embed/tooshort",
    "https://www.youtube.com/embed/" + ID + "x",
    "https://vimeo.com/about",
    "https://twitter.com/ana",
    "not an address at all",
    "https://[broken/embed",
    "http://[::1",
    "https://www.youtube.com",
    "data:text/html,boat",
    "\x00\ud83d",
)


@pytest.mark.parametrize("address", NOT_RECOGNISED)
def test_a_frame_that_says_nothing(address: str) -> None:
    assert recognise(address) == Target("frame", "", "", address, "")


UNWRAPPED = (
    # a frame's address, what it frames, the page, the picture
    (
        ("https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fa.example%2Fe%3Fx%3D1%26y%3D2"
        "&url=https%3A%2F%2Fa.example%2Fp&image=https%3A%2F%2Fa.example%2Fi.jpg&key=0&type=text%2Fhtml"),
        ("https://a.example/e?x=1&y=2", "https://a.example/p", "https://a.example/i.jpg"),
    ),
    ("//cdn.embedly.com/widgets/media.html?src=%2F%2Fa.example%2Fe", ("https://a.example/e", "", "")),
    ("https://cdn.embedly.com/widgets/media.html?url=https%3A%2F%2Fa.example%2Fp",
     ("https://a.example/p", "https://a.example/p", "")),
    ("https://cdn.embedly.com/widgets/media.html", ("", "", "")),
    ("https://a.example/?src=b", ("https://a.example/?src=b", "", "")),
    ("//a.example/e", ("https://a.example/e", "", "")),
    ("http://[broken", ("http://[broken", "", "")),
    ("", ("", "", "")),
)  # fmt: skip


@pytest.mark.parametrize(("address", "wanted"), UNWRAPPED)
def test_unwrap(address: str, wanted: tuple[str, str, str]) -> None:
    assert unwrap(address) == wanted


def test_page_and_picture_that_are_known_come_first() -> None:
    page, picture = "https://a.example/watch", "https://a.example/still.jpg"
    assert recognise("https://a.example/frame", page, picture) == Target("frame", "", "", page, picture)
    assert recognise(f"https://youtu.be/{ID}", thumbnail=picture).thumbnail == picture
    assert recognise(f"https://youtu.be/{ID}").thumbnail == STILL


def test_the_page_tells_what_the_frame_does_not() -> None:
    found = recognise("https://a.example/frame/1", "http://twitter.com/ana/status/12")
    assert found == Target("tweet", "twitter", "12", "https://twitter.com/ana/status/12", "")


def test_embedlys_own_page_and_picture() -> None:
    frame = (
        "https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fa.example%2Fe"
        "&url=http%3A%2F%2Fa.example%2Fp&image=https%3A%2F%2Fa.example%2Fi.jpg"
    )
    assert recognise(frame) == Target("frame", "", "", "http://a.example/p", "https://a.example/i.jpg")
    page, picture = "https://a.example/known", "https://a.example/known.jpg"
    assert recognise(frame, page, picture) == Target("frame", "", "", page, picture)


addresses = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(("https://", "http://", "//", "", "HTTPS://user:x@")),
        st.sampled_from(
            [
                *sorted({case[0].split("://")[-1].split("/")[0] for case in RECOGNISED}),
                "cdn.embedly.com",
                "[::1]",
                "例え.jp",
            ]
        ),
        st.text(alphabet="/?&=v%2FaB3-_xYz012embdsratuwch.#{}\x00 é💸", max_size=60),
    ),
)


@given(addresses, addresses, addresses)
@example("https://www.youtube.com/embed/%7B0%7D%7B1%7D", "", "")
@example("//w.soundcloud.com/player/?url=%ff%00{0}", "", "")
@example("https://cdn.embedly.com/?src=" + "%", "", "")
def test_never_raises(frame: str, page: str, picture: str) -> None:
    found = recognise(frame, page, picture)
    assert bool(found.provider) == bool(found.provider_id)
    if picture:
        assert found.thumbnail == picture


GROWING: dict[str, Callable[[int], str]] = {
    "a query of nothing but ampersands": lambda n: f"https://www.youtube.com/watch?{'&' * n}v=",
    "many keys": lambda n: f"https://cdn.embedly.com/widgets/media.html?{'src=&' * n}",
    "percent signs": lambda n: f"https://w.soundcloud.com/player/?url={'%41' * n}",
    "video folders": lambda n: f"https://www.facebook.com{'/videos/' * n}",
    "dashes": lambda n: f"https://giphy.com/gifs/{'-' * n}",
    "map questions": lambda n: f"https://www.google.com/maps/d{'?' * n}",
    "slashes": lambda n: "https://twitter.com" + "/" * n,
    "a host of dots": lambda n: "https://www.google." + "." * n,
}


@pytest.mark.parametrize("name", GROWING)
def test_time_grows_with_the_address(name: str) -> None:
    assert_linear(lambda n: recognise(GROWING[name](n)), 2_000)
