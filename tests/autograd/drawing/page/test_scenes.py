"""Layouts: each distinct module once, no wire lost, no scene too large."""

import pytest

from autograd.drawing.page import scenes as scenes_module
from autograd.drawing.page.scenes import RUN_ITEMS, SCENE_ITEMS, UNCUT_USES, is_circuit, parsed, scenes, shortened
from autograd.inspection.records import Graph, Step


def items_of(made, kind):
    return [item for scene in made for item in scene.items if item[0] == kind]


def test_each_step_stands_in_one_scene(network):
    graph = network(depth=4)
    _, made, _ = scenes(graph)
    assert sorted(item[1] for item in items_of(made, "step")) == list(range(len(graph.steps)))


def test_equal_modules_share_a_layout(network):
    scopes, made, layouts = scenes(network(depth=6))
    blocks = [scene.layout for scope, scene in zip(scopes, made, strict=True) if scope.kind == "Block"]
    assert len(blocks) == 6
    assert len(set(blocks)) == 1
    assert len(layouts) == 3  # the whole, the model, a block


def test_a_scene_and_its_layout_have_the_same_items_and_wires(network, circuit):
    for graph in (network(), circuit):
        _, made, layouts = scenes(graph)
        for scene in made:
            assert len(scene.items) == len(layouts[scene.layout].boxes)
            assert len(scene.wires) == len(layouts[scene.layout].curves)


def test_every_use_runs_from_its_value_to_its_user(network):
    graph = network()
    _, made, layouts = scenes(graph)
    for scene in made:
        for (source, target, _), uses in zip(layouts[scene.layout].curves, scene.wires, strict=True):
            for value, user in uses:
                assert value in graph.steps[user].inputs
                for item, step in ((scene.items[source], value), (scene.items[target], user)):
                    if item[0] == "step":
                        assert item[1] == step
    carried = {use for scene in made for uses in scene.wires for use in uses}
    assert carried == {(i, step.id) for step in graph.steps for i in step.inputs}


def test_boxes_of_a_scene_do_not_overlap(network, circuit):
    for graph in (network(), circuit):
        for layout in scenes(graph)[2]:
            for i, (x, y, w, h) in enumerate(layout.boxes):
                for x2, y2, w2, h2 in layout.boxes[:i]:
                    assert abs(x - x2) >= (w + w2) / 2 - 0.3 or abs(y - y2) >= (h + h2) / 2 - 0.3


def test_a_value_that_leaves_its_module_has_a_port_on_both_sides(network):
    graph = network(depth=2)
    scopes, made, _ = scenes(graph)
    first, second = [scene for scope, scene in zip(scopes, made, strict=True) if scope.kind == "Block"]
    between = next(step.id for step in graph.steps if step.op == "add")
    assert ("out", between) in first.items
    assert ("in", between) in second.items


def test_a_circuit_shows_its_numbers_on_pieces_of_wire(circuit):
    assert is_circuit(circuit)
    _, made, _ = scenes(circuit)
    assert len(items_of(made, "wire")) == 6
    assert items_of(made, "use") == [
        ("use", 2, 0),
        ("use", 2, 1),
        ("use", 4, 0),
        ("use", 4, 1),
        ("use", 5, 0),
        ("use", 5, 1),
    ]


def test_an_overfull_scene_is_folded_into_runs(chain):
    scopes, made, _ = scenes(chain(10 * SCENE_ITEMS))
    assert max(len(scope.items) for scope in scopes) <= SCENE_ITEMS
    runs = [scope for scope in scopes if scope.kind == "run of steps"]
    assert len(runs) == 10 * SCENE_ITEMS // RUN_ITEMS + 1
    assert ("step", 0) in scopes[0].items  # the leaf that all of them use stays outside
    assert sorted(item[1] for item in items_of(made, "step")) == list(range(10 * SCENE_ITEMS + 2))


def test_a_leaf_is_shown_again_beside_a_distant_use(chain):
    _, made, _ = scenes(chain(SCENE_ITEMS - 10))
    again = items_of(made, "again")
    assert len(again) > SCENE_ITEMS / 2
    assert {item[1] for item in again} == {0}


def test_in_a_small_scene_only_a_leaf_of_many_uses_is_shown_again(chain):
    assert not items_of(scenes(chain(UNCUT_USES))[1], "again")
    assert items_of(scenes(chain(20))[1], "again")


def test_a_leaf_from_outside_is_shown_again_where_a_module_uses_it_late():
    outside = Step(0, "constant", name="late", shape=(2,))
    inside = [Step(i, "operation", "exp", shape=(2,), module=("net",), inputs=(i - 1,)) for i in range(2, 9)]
    steps = [outside, Step(1, "leaf", name="x", shape=(2,)), *inside]
    steps[-1].op, steps[-1].inputs = "mul", (7, 0)
    _, (_, scene), _ = scenes(Graph(steps))
    assert [item for item in scene.items if item[0] in ("in", "again")] == [("in", 1), ("again", 0, 0)]


def test_a_module_that_is_not_described_still_has_a_scene(network):
    graph = network()
    graph.modules.clear()
    assert [scope.name for scope in scenes(graph)[0][1:]] == ["model", "0", "1", "2"]


def test_the_plain_output_becomes_points_from_the_top():
    (layout,) = parsed("graph 1 2 3\nnode 0 1 3 .5 .25\nnode 1 1 .5 .5 .25\nedge 0 1 2 1 3 1 .5 solid black\nstop\n")
    assert (layout.width, layout.height) == (144, 216)
    assert layout.boxes == [[72, 0, 36, 18], [72, 180, 36, 18]]
    assert layout.curves == [(0, 1, [72, 0, 72, 180])]


def test_without_a_layout_program_it_says_what_to_install(circuit, monkeypatch):
    monkeypatch.setattr(scenes_module, "pure_program", lambda: None)
    monkeypatch.setattr(scenes_module.shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="pip install graphviz-pure"):
        scenes(circuit)


def test_a_long_name_keeps_its_ends():
    assert shortened("encoder_layers_attention_output") == "encoder_layer…n_output"
    assert len(shortened("x" * 50)) == 22


def test_the_longest_way_through_a_scene_is_straight(chain):
    graph = chain(SCENE_ITEMS - 10)
    _, (scene,), (layout,) = scenes(graph)
    stand = zip(scene.items, layout.boxes, strict=True)
    assert len({x for item, (x, *_) in stand if item[0] == "step" and graph.steps[item[1]].kind == "operation"}) == 1
