"""The style of an SVG: variables with the colours to fall back on, tooltips as titles."""

import re
import xml.etree.ElementTree as ElementTree

from autograd import tensor
from autograd.drawing import draw, theme

SVG = "{http://www.w3.org/2000/svg}"


def picture():
    x = tensor(2.0, requires_grad=True)
    return draw(x * x, title='a "title" & more').pipe("svg", encoding="utf-8")


def test_every_colour_in_a_picture_has_a_dark_twin():
    colors = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', picture()))
    assert len(colors) > 3 and colors <= {light for light, _ in theme.DARK.values()}
    assert len({light for light, _ in theme.DARK.values()}) == len(theme.DARK)


def test_colours_are_variables_with_a_fallback():
    style = ElementTree.fromstring(picture().encode()).find(f"{SVG}style").text
    assert f'[fill="{theme.VALUE}"]{{fill:var(--gategrad-value,{theme.VALUE})}}' in style
    assert "@media(prefers-color-scheme:dark)" in style and "--gategrad-value:#34d399" in style
    assert style.count("{") == style.count("}")


def test_the_picture_has_a_name_and_a_transparent_background():
    root = ElementTree.fromstring(picture().encode())
    assert root.get("role") == "img" and root.get("aria-label") == 'a "title" & more'
    assert 'fill="white"' not in picture() and root.find(f"{SVG}rect").get("fill") == "none"


def test_only_the_dark_file_and_the_notebook_s_picture_have_a_ground():
    dark = re.search(r"@media\(prefers-color-scheme:dark\)\{(.*?\}.*?)\}\}", picture())[1]
    assert "svg.gategrad:root>.ground{fill:var(--gategrad-ground)" in dark
    x = tensor(2.0, requires_grad=True)
    shown = ElementTree.fromstring(draw(x * x)._repr_svg_().encode())
    assert shown.find(f"{SVG}rect").get("fill") == "#ffffff"


def test_spaces_between_numbers_are_kept():
    assert 'xml:space="preserve"' in re.search("<text [^>]*> × </text>", picture())[0]


def test_titles_are_tooltips_only():
    titles = [title.text for title in ElementTree.fromstring(picture().encode()).iter(f"{SVG}title")]
    assert "value 2.0\ngradient 4.0" in titles and not any("->" in title for title in titles)
    assert "xlink:title" not in picture()
