"""The page in a real browser: what a person sees, clicks, types and hears."""

import dataclasses

import pytest

from autograd.drawing.page import write_page
from autograd.inspection import Finding

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(browser, tmp_path):
    """A function that opens the page of a graph; an error in the page fails the test."""
    contexts, pages = [], []

    def visit(graph, address="", **options):
        path = tmp_path / f"{len(contexts)}.html"
        path.write_text(write_page(graph), encoding="utf-8")
        options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        pages.append(page)
        page.set_default_timeout(4000)
        page.requested, page.errors = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
        page.goto(path.as_uri() + address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert [error for page in pages for error in page.errors] == []


def card(page, key):
    return page.locator(f'#world .item[data-key="{key}"]')


def row(page, key):
    return page.locator(f'#tree [role=treeitem][data-key="{key}"]')


def texts(drawn):
    """The lines of text in an SVG group."""
    return [" ".join(line.split()) for line in drawn.locator("text").all_text_contents()]


def until(page, condition):
    """Wait for a condition in the page, whose policy forbids Playwright's own way to wait."""
    for _ in range(80):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never came true: {condition}")


def panel(page):
    return page.locator("#details").inner_text()


def key_of(graph, op):
    return f"s{next(step.id for step in graph.steps if step.op == op)}"


def test_it_opens_without_a_network(visit, network):
    page = visit(network(title="my net"))
    assert page.title() == "my net"
    assert page.locator("h1").inner_text() == "my net"
    assert page.locator("#subtitle").inner_text() == "10 operations · 3 parameters · loss 5"
    assert len(page.requested) == 1  # the page itself
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


def test_the_policy_forbids_other_programs_and_requests(visit, network):
    page = visit(network())
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.pwned = 1\">')")
    assert page.evaluate("fetch('data:,').then(() => false, () => true)")
    assert page.evaluate("window.pwned") is None
    assert len(page.errors) >= 3  # the browser says what it refused: the picture, its program, the request
    assert all("Content Security Policy" in error or "Refused" in error for error in page.errors)
    page.errors.clear()


def test_hostile_names_are_shown_as_they_are(visit, network):
    name = '</script><img src=x onerror="window.pwned = 1">'
    page = visit(network(title=name, name=name), "#open=all")
    assert page.locator("h1").inner_text() == name
    page.locator('#tree [data-key="s1"] .row').click()
    page.locator("#query").fill("onerror")
    assert page.locator("#results [role=option]").count() == 3
    assert page.locator("img").count() == 0
    assert page.evaluate("window.pwned") is None


def test_modules_open_in_place_without_overlap(visit, network):
    page = visit(network(depth=40))
    closed = page.locator("#world .module").first
    key = closed.get_attribute("data-key")
    closed.click()
    assert card(page, key).get_attribute("aria-expanded") == "true"
    assert row(page, key).get_attribute("aria-expanded") == "true"
    overlaps = page.evaluate(
        """() => {
          const boxes = scene.items.filter(item => item.key && !item.open);
          const apart = (a, b) => a.x + a.width <= b.x + 1 || b.x + b.width <= a.x + 1
            || a.y + a.height <= b.y + 1 || b.y + b.height <= a.y + 1;
          return boxes.flatMap((a, i) => boxes.slice(0, i).filter(b => !apart(a, b)).map(b => [a.key, b.key]));
        }"""
    )
    assert overlaps == []
    page.locator(f'[data-close="{key[1:]}"]').click()
    assert card(page, key).get_attribute("aria-expanded") == "false"


def test_every_combination_of_open_modules_keeps_boxes_apart(visit, network):
    page = visit(network(depth=4))
    assert (
        page.evaluate(
            """() => {
          const apart = (a, b) => a.x + a.width <= b.x + 1 || b.x + b.width <= a.x + 1
            || a.y + a.height <= b.y + 1 || b.y + b.height <= a.y + 1;
          const numbers = scopes.slice(1).map(scope => scope.number);
          for (let choice = 0; choice < 2 ** numbers.length; choice++) {
            state.open = new Set(numbers.filter((_, i) => choice >> i & 1));
            const boxes = compose(0).items.filter(item => item.key && !item.open);
            if (boxes.some((a, i) => boxes.slice(0, i).some(b => !apart(a, b)))) return choice;
          }
          return null;
        }"""
        )
        is None
    )


def test_wires_end_at_the_edges_of_what_they_join(visit, network, circuit):
    for graph in (network(), circuit):
        page = visit(graph, "#open=all")
        loose = page.evaluate(
            """() => {
              const edge = ({ x, y, width, height, kind }, [px, py]) => {
                const slack = kind === 'wire' ? SPLIT + 2 : graph.circuit ? 8 : 2; // a copy point, a circle
                const beside = Math.max(x - px, px - x - width, y - py, py - y - height);
                const within = Math.min(px - x, x + width - px, py - y, y + height - py);
                return beside <= 2 && within <= slack;
              };
              const middle = item => [item.x + item.width / 2, item.y + item.height / 2][along];
              const joins = ({ source, target, points }) => edge(source, points[0]) && edge(target, points.at(-1))
                && points[0][along] >= middle(source) && points.at(-1)[along] <= middle(target);
              return scene.wires.filter(wire => wire.source && !joins(wire)).length;
            }"""
        )
        assert loose == 0


def test_a_module_is_seen_alone_and_left_by_its_crumbs(visit, network):
    page = visit(network(depth=40))
    page.locator("#tree [role=treeitem] [role=treeitem] .row").nth(1).click()
    page.get_by_role("button", name="See it alone").click()
    crumbs = page.locator("#crumbs button")
    assert crumbs.all_inner_texts() == ["Whole graph", "model", "1"]
    assert page.locator("#world .card").count() == 4
    crumbs.first.click()
    assert crumbs.count() == 0


def test_a_step_tells_all_that_is_known(visit, circuit):
    page = visit(circuit)
    card(page, "s0").click()
    told = panel(page)
    for part in ("x", "scalar", "float32", "leaf", "Value\n\n3", "−3", "maximum #4 · input 1", "mul #2 · input 1"):
        assert part in told
    assert "1 + (−4) = −3" in told  # the sum, literally
    card(page, "s2").click()
    told = panel(page)
    for part in ("lecture.py:7", "f = x * y + maximum(x, z)", "swaps", "Sends to", "1 × −4 = −4"):
        assert part in told


def test_an_input_has_the_name_that_its_op_gives_it(visit, circuit):
    circuit.steps[2].slots = ("input", "other")
    page = visit(circuit, "#select=s0")
    assert "mul #2 · as input" in panel(page) and "maximum #4 · input 1" in panel(page)


def test_a_gradient_that_a_hook_changed_is_no_sum(visit, circuit):
    circuit.steps[0].hooked = True
    page = visit(circuit, "#select=s0")
    assert "A hook then put another gradient" in panel(page) and "1 + (−4) = −3" not in panel(page)


def test_the_seed_is_told(visit, circuit):
    page = visit(circuit, "#select=s5")
    assert "The seed, ∂f / ∂f = 1: here the backward begins" in panel(page)
    circuit.steps[5].grad = dataclasses.replace(circuit.steps[5].grad, norm=3.0, numbers=3.0)
    assert "The seed that backward was given, 3: here" in panel(visit(circuit, "#select=s5"))


def test_a_finding_outside_the_graph_leads_nowhere(visit, circuit):
    circuit.findings = [Finding("unreached", "No gradient", "the backward never came to w", "", ())]
    page = visit(circuit)
    page.locator("#details .finding").click()
    assert "the backward never came to w" in panel(page)


def test_a_matrix_shows_its_numbers_and_the_sum_of_its_paths(visit, network):
    graph = network()
    page = visit(graph, f"#select={key_of(graph, 'add')}")
    assert page.locator("table.matrix.value td").all_inner_texts() == ["1", "−1", "1", "1"]
    assert page.locator(".literal .addend").count() == 3  # two terms and their sum
    assert "sum of 2 paths" in panel(page)


def test_the_circuit_shows_value_gradient_and_chain_rule_on_its_wires(visit, circuit):
    page = visit(circuit)
    piece = page.locator('#world .piece[data-key="s0"]')
    assert texts(piece) == ["3", "−3", "= 1 + (−4)"]
    starts = page.evaluate(
        "scene.wires.filter(w => w.source.kind === 'wire' && w.source.number === 0).map(w => w.points[0][0])"
    )
    copy = page.evaluate("scene.items.find(i => i.kind === 'wire' && i.number === 0).x") + float(
        piece.locator(".copy").get_attribute("cx")
    )
    assert starts == [pytest.approx(copy), pytest.approx(copy)]  # both branches part at the point
    use = page.locator('#world .use[data-use="2"]').first
    assert texts(use) == ["1 × −4", "= −4"]
    assert page.locator("#world .use.blocked").count() == 1  # max lets nothing through to z


def test_a_step_waits_until_all_its_uses_have_sent(visit, circuit):
    page = visit(circuit)
    press = page.keyboard.press
    press("Home")
    states = []
    for _ in range(4):
        classes = card(page, "s0").get_attribute("class").split()
        states.append(next(name for name in classes if name in ("unreached", "waiting", "ready", "now", "done")))
        press(".")
    assert states == ["unreached", "unreached", "waiting", "ready"]
    assert "now" in card(page, "s0").get_attribute("class")
    page.locator("#slider").fill("2")
    assert page.locator("#count").inner_text() == "2 / 6"
    assert "to x, which waits for 1 more" in page.locator("#status").inner_text()
    card(page, "s0").click()
    told = panel(page)
    assert "1 of 2 so far" in told
    assert "waits for 1 term" in told
    assert "not yet" in told
    press("End")
    assert page.locator("#status").inner_text() == "Backward complete."


def test_playing_goes_to_the_end(visit, circuit):
    page = visit(circuit)
    page.clock.install()
    page.keyboard.press("Space")
    assert page.locator("#play").inner_text() == "Pause"
    page.clock.run_for(7000)
    assert page.locator("#count").inner_text() == "6 / 6"
    assert page.locator("#play").inner_text() == "Backward"


def test_search_finds_ops_names_shapes_lines_and_findings(visit, network):
    graph = network()
    page = visit(graph)
    for words, found in (("mm", 3), ("0.weight", 1), ("2x2 relu", 3), ("train.py:12 mm", 3), ("nan", 2), ("block", 3)):
        page.locator("#query").fill(words)
        assert page.locator("#results [role=option]").count() == found, words
    page.keyboard.press("/")
    page.locator("#query").fill("2.weight")
    page.keyboard.press("Enter")
    assert page.locator("#details h2").inner_text() == "weight"
    assert page.locator("#results").is_hidden()


def test_findings_are_listed_and_lead_to_their_steps(visit, network):
    graph = network()
    page = visit(graph)
    assert page.get_by_role("button", name="2 findings: go to the next").is_visible()
    dead = page.locator(".finding.dead")
    dead.click()
    relus = [f"s{step.id}" for step in graph.steps if step.op == "relu"]
    assert page.evaluate("state.selected") == relus[0]
    page.locator(".finding.dead").click()
    assert page.evaluate("state.selected") == relus[1]
    page.keyboard.press("n")
    assert page.evaluate("state.selected") == key_of(graph, "mm")
    assert page.locator("#details .finding b").inner_text() == "NaN starts here"


def test_it_works_by_keyboard_alone(visit, network):
    graph = network(depth=40)
    page = visit(graph)
    press = page.keyboard.press
    press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "treeitem":
            break
    press("ArrowDown")
    press("ArrowDown")
    focused = page.evaluate("document.activeElement.dataset.key")
    press("ArrowRight")
    assert row(page, focused).get_attribute("aria-expanded") == "true"
    press("ArrowRight")
    press("Enter")
    step = page.evaluate("state.selected")
    assert step == page.evaluate("document.activeElement.dataset.key")
    press("ArrowLeft")
    press("ArrowLeft")
    assert row(page, focused).get_attribute("aria-expanded") == "false"


def test_arrows_follow_the_wires(visit, circuit):
    page = visit(circuit)
    card(page, "s1").click()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("state.selected") == "s2"
    assert page.evaluate("document.activeElement.dataset.key") == "s2"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("state.selected") == "s5"
    page.keyboard.press("Escape")
    assert page.evaluate("state.selected") is None


def test_a_screen_reader_is_told_what_is_there(visit, network):
    graph = network()
    page = visit(graph)
    card(page, key_of(graph, "relu")).wait_for()
    assert page.get_by_role("button", name="relu #3, 2×2, gradient norm 1, warning: dead 0 %").count() == 1
    assert page.get_by_role("treeitem", name="model, Residual, 9 operations").count() == 1
    assert row(page, "m1").get_attribute("aria-expanded") == "true"
    assert page.get_by_role("slider", name="Turn of the backward").get_attribute("aria-valuetext") == "13 of 13"
    assert page.get_by_role("application", name="The graph").count() == 1
    assert page.locator("#status").get_attribute("aria-live") == "polite"
    unnamed = page.evaluate(
        """[...document.querySelectorAll('button:not([hidden]), [role=button], input')].filter(element =>
          !(element.textContent.trim() || element.getAttribute('aria-label') || element.title)).length"""
    )
    assert unnamed == 0


def test_dark_mode_follows_the_system_until_it_is_chosen(visit, network):
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = visit(network()), visit(network(), color_scheme="dark")
    assert light.evaluate(ground) != dark.evaluate(ground)
    expected = dark.evaluate(ground)
    light.keyboard.press("d")
    assert light.evaluate(ground) == expected
    assert light.locator("#theme-button").get_attribute("aria-pressed") == "true"


CONTRAST = """() => {
  const channels = color => {
    const context = document.createElement('canvas').getContext('2d');
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const color = channels(getComputedStyle(element).backgroundColor);
      if (color[3] === 255) return color;
    }
  };
  const poor = [];
  for (const element of document.querySelectorAll('header *, #outline *, #details *, footer *')) {
    const text = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!text || element.closest('svg, [hidden]')) continue;
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push([element.outerHTML.slice(0, 80), ratio]);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(visit, network, scheme):
    graph = network()
    page = visit(graph, color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    page.evaluate(f"select('{key_of(graph, 'mm')}')")
    assert page.evaluate(CONTRAST) == []


def test_less_motion_is_granted(visit, circuit):
    page = visit(circuit, "#turn=2")
    moving = page.locator("#world .wire.moving")
    assert moving.count()
    assert moving.first.evaluate("element => getComputedStyle(element).animationName") == "none"
    free = visit(circuit, "#turn=2", reduced_motion="no-preference")
    assert free.locator("#world .wire.moving").first.evaluate("e => getComputedStyle(e).animationName") == "flow"


def test_on_a_narrow_screen_outline_and_panel_are_drawers(visit, network):
    graph = network()
    page = visit(graph, viewport={"width": 390, "height": 844}, has_touch=True)
    assert not page.locator("#outline").is_visible()
    assert not page.locator("#panel").is_visible()
    page.get_by_role("button", name="Outline").tap()
    row(page, key_of(graph, "mm")).locator(".row").tap()
    assert not page.locator("#outline").is_visible()
    assert page.locator("#panel").is_visible()
    place = card(page, key_of(graph, "mm")).bounding_box()
    assert place["y"] + place["height"] < page.locator("#panel").bounding_box()["y"]  # not behind the drawer
    page.get_by_role("button", name="Close the details").tap()
    assert not page.locator("#panel").is_visible()
    page.get_by_role("button", name="Search").tap()
    assert page.evaluate("document.activeElement.id") == "query"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_fingers_zoom_and_one_pans(visit, network):
    page = visit(network())
    before = page.evaluate("({...view})")
    page.evaluate(
        """() => {
          const fire = (kind, pointerId, x, y) => canvas.dispatchEvent(
            new PointerEvent(kind, { pointerId, clientX: x, clientY: y, bubbles: true, isPrimary: pointerId === 1 }));
          canvas.setPointerCapture = () => {};
          fire('pointerdown', 1, 500, 400);
          fire('pointermove', 1, 540, 400);
          fire('pointerdown', 2, 640, 400);
          fire('pointermove', 2, 740, 400);
          fire('pointerup', 1, 540, 400);
          fire('pointerup', 2, 740, 400);
        }"""
    )
    after = page.evaluate("({...view})")
    assert after["zoom"] == pytest.approx(2 * before["zoom"])
    left = page.evaluate("frame.left")
    held = (640 - left - before["x"] - 40) / before["zoom"]  # what was between the fingers
    assert (640 - left - after["x"]) / after["zoom"] == pytest.approx(held, abs=60)


def test_the_wheel_zooms_and_the_keys_fit(visit, network):
    page = visit(network(depth=40))
    home = page.evaluate("view.zoom")
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -200)
    until(page, f"view.zoom > {home}")
    page.keyboard.press("f")
    inside = page.evaluate("scene.height * view.zoom <= frame.height && scene.width * view.zoom <= frame.width")
    assert inside


def test_paper_gets_the_whole_graph_and_the_details(visit, network):
    page = visit(network(depth=10), "#open=all")
    assert page.locator("#world .card").count() < 41
    page.emulate_media(media="print")
    until(page, "canvas.hasAttribute('viewBox')")
    assert page.locator("#world .card").count() == 42  # all of them
    assert not page.locator("footer").is_visible()
    assert page.locator("#details h2").is_visible()
    page.emulate_media(media="screen")
    until(page, "!canvas.hasAttribute('viewBox')")


def test_only_what_is_in_view_is_in_the_document(visit, network):
    page = visit(network(depth=300), "#open=all")
    assert page.evaluate("scene.items.filter(item => item.key).length") > 1200
    assert page.locator("#world .card").count() < 200
    page.keyboard.press("f")
    assert page.locator("#world .card").count() == 0  # too far to read: plain rectangles
    assert page.locator("#world rect.dot").count() > 1200


def test_what_is_missing_is_said_and_never_shown_as_zero(visit, network):
    graph = network(depth=1)
    graph.note = "the backward was freed: record with autograd.inspect()"
    graph.findings = []
    for step in graph.steps:
        step.value, step.grad, step.order, step.contributions = None, None, None, []
    page = visit(graph, f"#select={key_of(graph, 'mm')}")
    assert page.locator("#note").inner_text() == graph.note
    told = panel(page)
    assert "value not kept: record with autograd.inspect()" in told
    assert graph.note in told
    assert texts(card(page, key_of(graph, "mm"))) == ["mm", "2×2", "∇ –"]
    assert page.locator("#play").is_disabled()


def test_legend_and_help_open_and_close(visit, network, circuit):
    for graph in (network(), circuit):
        page = visit(graph)
        page.keyboard.press("l")
        assert "gradient" in page.locator("#legend").inner_text()
        page.keyboard.press("Escape")
        assert page.locator("#legend").is_hidden()
        page.keyboard.press("?")
        assert "follow the wires" in page.locator("#help").inner_text()
        page.keyboard.press("Escape")
        assert page.locator("#help").is_hidden()


def test_a_view_has_an_address(visit, circuit):
    page = visit(circuit, "#turn=3&select=s2&theme=dark")
    assert page.locator("#count").inner_text() == "3 / 6"
    assert page.locator("#details h2").inner_text() == "mul"
    assert page.evaluate("isDark()")
