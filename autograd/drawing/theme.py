"""The colours of all drawings, light and dark: in an SVG they are CSS variables, with the light colour to fall back on."""

import re
from html import escape

GROUND, INK, MUTED, CARD = "#ffffff", "#1c1917", "#6b645f", "#fefefe"
VALUE, GRADIENT, LOCAL = "#047857", "#c2410c", "#1d4ed8"
WIRE, BLOCKED, LINE = "#8a8580", "#a39c96", "#d6d1cc"
GROUPS = "#f7f5f2", "#eeebe7"  # nested modules take turns
PARAMETER, PARAMETER_LINE = "#fff7e6", "#d9a441"
FLOW = "#e3b29c"  # the gradient on a wire of a network
FINDING, FINDING_FILL = "#a21caf", "#fdf2ff"

DARK = {
    "ground": (GROUND, "#121110"),
    "ink": (INK, "#f5f5f4"),
    "muted": (MUTED, "#a8a29e"),
    "card": (CARD, "#171412"),
    "value": (VALUE, "#34d399"),
    "gradient": (GRADIENT, "#fb923c"),
    "local": (LOCAL, "#93c5fd"),
    "wire": (WIRE, "#918a84"),
    "blocked": (BLOCKED, "#7d7670"),
    "line": (LINE, "#4a4541"),
    "group0": (GROUPS[0], "#221f1d"),
    "group1": (GROUPS[1], "#2d2926"),
    "parameter": (PARAMETER, "#2e2511"),
    "parameter-line": (PARAMETER_LINE, "#b98a34"),
    "flow": (FLOW, "#8f5536"),
    "finding": (FINDING, "#e879f9"),
    "finding-fill": (FINDING_FILL, "#331a38"),
}

TITLE = re.compile(r"\n?<title>[^<]*</title>")
COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
FONT = re.compile(r' font-family="Helvetica,sans-Serif"')
TOOLTIP = re.compile(r'<g id="a_[^"]*"><a xlink:title="([^"]*)">')


def style() -> str:
    """The style sheet. A picture by itself follows the reader's setting; inside a page, that of the page."""
    dark = ";".join(f"--gategrad-{name}:{color}" for name, (_, color) in DARK.items())
    either = ";".join(f"--gategrad-{name}:light-dark({light},{color})" for name, (light, color) in DARK.items())
    rules = "".join(
        f'svg.gategrad [{part}="{light}"]{{{part}:var(--gategrad-{name},{light})}}'
        for name, (light, _) in DARK.items()
        for part in ("fill", "stroke")
    )
    alone = f"svg.gategrad:root{{{dark}}}svg.gategrad:root>.ground{{fill:var(--gategrad-ground)}}"
    pages = '[data-jp-theme-light="false"] svg.gategrad,.vscode-dark svg.gategrad,[data-theme="dark"] svg.gategrad'
    return (
        f"svg.gategrad:root{{color-scheme:light dark}}{rules}@media(prefers-color-scheme:dark){{{alone}}}"
        f"@supports(color:light-dark(red,red)){{svg.gategrad:not(:root){{{either}}}}}{pages}{{{dark}}}"
    )


def themed(svg: str, name: str, grounded: bool = False) -> str:
    """Graphviz's SVG with the style sheet and a name, its tooltips as titles, and without its own names for the parts.

    The light picture is transparent, unless it is grounded. The dark one stands on a dark ground when it is a file by
    itself: a page that shows it as an image need not be dark because its reader prefers dark.
    """
    svg = COMMENT.sub("", TITLE.sub("", FONT.sub("", svg))).replace("&#45;", "-")
    svg = TOOLTIP.sub(r"<g><title>\1</title>", svg).replace("</a>\n", "")
    head, tag, rest = svg.partition("<svg ")
    ground = f'<rect class="ground" width="100%" height="100%" fill="{GROUND if grounded else "none"}"/>'
    opening = f'class="gategrad" role="img" aria-label="{escape(name)}" font-family="Helvetica,Arial,sans-serif" '
    rest = rest.replace(">\n<g ", f">\n<style>{style()}</style>\n{ground}\n<g ", 1)
    return head + tag + opening + rest
