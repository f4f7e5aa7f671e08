"""The text of an op's call and of its pull, from short templates: what record.py compiles.

Everything general is decided here, once, when the engine is imported; the text that comes out deals with this one op's
inputs and settings by name. ``print(record.source_of("mul"))`` shows it.
"""


def call_source(op) -> str:
    """The call: unwrap, let the types meet, run the forward, wrap, and record if a gradient is wanted."""
    nodes = ["left", "right", *[f"node{i}" for i in range(2, len(op.inputs))]][:len(op.inputs)]
    arguments = ", ".join(f"{name}={name}" if p.kind is p.KEYWORD_ONLY else name for name, p in op.parameters.items())
    byproducts = "".join(f", {name}" for name in op.keep)
    lines = [f"def {op.name}({signature(op)}):"]
    lines += conventions(op)
    if op.sequence:
        name, nodes = op.inputs[0], ["more"]
        lines += [f"{name}, more = unwrap_all(OP, {name})"]
    elif not op.inputs:
        lines += unwrap_constants(op.arrays, op.promote)
    else:
        lines += unwrap_inputs(op, nodes)
        lines += meet_inputs(op, nodes)
    if op.inputs:
        for name in op.arrays:
            lines += [f"if isinstance({name}, Tensor): {name} = {name}.payload",
                      f"elif isinstance({name}, (list, tuple, str)): {refuse(op)}"]
    lines += ["try:",
              f"    out{byproducts} = forward({arguments})",
              "except Exception as error:",
              f"    out{byproducts} = again(error, OP, ({', '.join(op.parameters)},))"]
    if op.casts:        # integers are summed as int64 before they become what was asked for
        lines += ["if dtype is not None and out.dtype.kind != 'f': out = out.astype(dtype)"]
    if not op.inputs:
        return "\n    ".join([*lines, "return wrap(out)"])
    lines += ["result = new(Tensor)", "result.payload = out"]
    nowhere = "more is None" if op.sequence else " and ".join(f"{node} is NOWHERE" for node in nodes)
    lines += [f"if {nowhere} or (mode := recording.get()) is False:", "    result.node = NOWHERE"]
    if op.view:
        lines += ["    mark_view(result, source)"]
    lines += ["    return result"]
    if op.promote in ("same", "float") and len(nodes) > 1:
        same = " and ".join(f"{op.inputs[0]}.shape == {name}.shape" for name in op.inputs[1:])
        lines += [f"if type(out) is ndarray and not ({same}):" if len(nodes) > 2 else
                  f"if type(out) is ndarray and {op.inputs[0]}.shape != {op.inputs[1]}.shape:"]
        for name, node in zip(op.inputs, nodes, strict=True):
            lines += [f"    if {node} is not NOWHERE and {name}.shape != out.shape:",
                      f"        {node} = broadcast({node}, {name}.shape)"]
    first, second = ("NOWHERE", "NOWHERE") if op.sequence else (nodes[0], nodes[1] if len(nodes) > 1 else "NOWHERE")
    more = "more" if op.sequence else f"({', '.join(nodes[2:])},)" if len(nodes) > 2 else "None"
    rest = [saved(op, nodes, name) for name in op.rest]
    wide = rest or more != "None"
    lines += [f"node = result.node = new({'WideNode' if wide else 'Node'})",
              "node.seq = tick()",
              "node.op = OP",
              f"node.left = {first}",
              f"node.right = {second}",
              "node.out = out" if "out" in op.asked else "node.out = None if type(out) is ndarray else out",
              f"node.x = {saved(op, nodes, op.inputs[0]) if not op.sequence else None}",
              f"node.y = {saved(op, nodes, op.inputs[1]) if len(op.inputs) > 1 else None}"]
    if wide:
        lines += [f"node.more = {more}", f"node.rest = ({', '.join(rest)},)" if rest else "node.rest = None"]
    if op.view:
        lines += ["mark_view(result, source)"]
    given = ", ".join(["*" * op.sequence + op.inputs[0], *op.inputs[1:], *op.arrays])
    lines += [f"if mode is not True: mode.saw(node, out, ({given},))", "return result"]
    return "\n    ".join(lines)


def pull_source(op) -> str:
    """The pull: one rule for each input whose gradient is wanted, added to what has gathered there."""
    lines = ["def pull(node, g, grads):"]
    if op.rest:
        lines += [f"{', '.join(op.rest)}, = node.rest"]
    slots = {"out": "node.out"}
    if not op.sequence:
        slots.update(zip(op.inputs[:2], ("node.x", "node.y"), strict=False))
    for i, name in enumerate(op.inputs):
        asked = "".join(f", {slots.get(n, n)}" for n in op.reads[name])
        if op.sequence:
            lines += [f"for parent, part in zip(node.more, rule_{name}(g{asked})):"]
        else:
            lines += [f"parent = {('node.left', 'node.right')[i] if i < 2 else f'node.more[{i - 2}]'}"]
        indent = "    " if op.sequence else ""
        lines += [f"{indent}before = grads.get(parent, SKIP)", f"{indent}if before is not SKIP:"]
        if not op.sequence:
            lines += ["    part = g" if is_identity(op.rules[name]) else f"    part = rule_{name}(g{asked})"]
        lines += [f"{indent}    grads[parent] = part if before is None else before + part"]
    return "\n    ".join(lines)


def is_identity(rule) -> bool:
    """Whether a rule hands the gradient on as it is: then the pull need not call it."""
    return getattr(rule, "__code__", None) is not None and rule.__code__.co_code == (lambda g: g).__code__.co_code


def signature(op) -> str:
    """The forward's parameters, with torch's `dtype=` and NumPy's spellings of dim and keepdim where they apply."""
    parts: list[str] = []
    starred = False
    for name, p in op.parameters.items():
        if p.kind is p.KEYWORD_ONLY and not starred:
            parts, starred = [*parts, "*"], True
        parts.append(name if p.default is p.empty else f"{name}={p.default!r}")
    if op.casts:
        parts += [*([] if starred else ["*"]), "dtype=None"]
    if "dim" in op.parameters or "keepdim" in op.parameters:
        parts += ["**aliases"]
    return ", ".join(parts)


def conventions(op):
    """Lines that translate `axis=` and `keepdims=`, and obey `dtype=`."""
    lines = []
    names = [name for name in ("dim", "keepdim") if name in op.parameters]
    if names:
        given = ", ".join(f"{name}={name}" for name in names)
        lines += [f"if aliases: {', '.join(names)}, = renamed(OP, aliases, {given})"]
    if op.casts:
        name = op.inputs[0]
        lines += [f"if dtype is not None and isinstance({name}, Tensor): {name} = {name}.to(dtype)"]
    return lines


def refuse(op) -> str:
    """The statement that says which argument is no Tensor."""
    return f"raise not_a_tensor(OP, ({', '.join(name for name in op.parameters if name in (*op.inputs, *op.arrays))},))"


def unwrap_inputs(op, nodes):
    """Lines that take each input apart into its payload and its node."""
    lines, first = [], op.inputs[0]
    if op.view:
        lines += [f"source = {first}",
                  "if isinstance(source, Tensor) and type(source.payload) is not ndarray:",
                  "    source._array()"]
    lines += [f"if isinstance({first}, Tensor): {nodes[0]}, {first} = {first}.node, {first}.payload"]
    if len(nodes) == 1:
        return [*lines, f"else: raise not_a_tensor(OP, ({first},))"]
    others = [f"isinstance({name}, Tensor)" for name in op.inputs[1:]]
    lines += [f"elif {' or '.join(others)}:", f"    {nodes[0]} = NOWHERE",
              *([f"    if not isinstance({first}, ndarray): {refuse(op)}"] if op.promote == "equal" else []),
              f"    if isinstance({first}, generic): {first} = {first}.item()",
              f"else: raise not_a_tensor(OP, ({', '.join(op.inputs)},))"]
    for name, node in zip(op.inputs[1:], nodes[1:], strict=True):
        lines += [f"if isinstance({name}, Tensor): {node}, {name} = {name}.node, {name}.payload",
                  "else:", f"    {node} = NOWHERE"]
        if op.promote == "equal":
            lines += [f"    if {name} is not None and not isinstance({name}, ndarray): {refuse(op)}"]
        if op.promote in ("same", "float"):     # a user's NumPy scalar counts as a Python number
            lines += [f"    if isinstance({name}, generic): {name} = {name}.item()"]
    return lines


def unwrap_constants(names, promote):
    """Lines for an op without slope: payloads only."""
    lines = []
    if names:
        tensors = " or ".join(f"isinstance({name}, Tensor)" for name in names)
        lines += [f"if not ({tensors}): raise not_a_tensor(OP, ({', '.join(names)},))"]
    lines += [f"if isinstance({name}, Tensor): {name} = {name}.payload" for name in names]
    if promote == "same" and len(names) == 2:
        a, b = names
        lines += [f"if (type({a}) is not type({b}) or type({a}) is ndarray and {a}.dtype is not {b}.dtype) and "
                  f"not (type({b}) in NUMBERS and {a}.dtype.kind == 'f'): "
                  f"({a}, {b}), _ = meet(OP, ({a}, {b}), (NOWHERE, NOWHERE))"]
    return lines


def meet_inputs(op, nodes):
    """Lines that bring the inputs to one type; nothing is called where they have it already."""
    if op.promote is None:
        return []
    a = op.inputs[0]
    if op.promote == "equal":
        pairs = [f"{b} is not None and {b}.dtype is not {a}.dtype" for b in op.inputs[1:]]
        return [f"if {' or '.join(pairs)}: require_equal(OP, ({', '.join(op.inputs)}))"]
    if len(nodes) == 1:
        if op.promote == "same":
            return []
        return [f"if {a}.dtype.kind != 'f': ({a},), ({nodes[0]},) = meet(OP, ({a},), ({nodes[0]},))"]
    b = op.inputs[1]
    names, homes = ", ".join(op.inputs), ", ".join(nodes)
    meeting = f"    ({names}), ({homes}) = meet(OP, ({names}), ({homes}))"
    if len(nodes) > 2:
        return [meeting.strip()]
    alone = f" or {a}.dtype.kind != 'f'" if op.promote == "float" else ""
    return [f"if type({a}) is not type({b}) or type({a}) is ndarray and {a}.dtype is not {b}.dtype{alone}:",
            f"    if type({b}) in NUMBERS and type({a}) in FLOATS: {b} = type({a})({b})",
            f"    elif type({b}) in NUMBERS and {a}.dtype.kind == 'f': {b} = {a}.dtype.type({b})",
            f"    elif type({a}) in NUMBERS and {b}.dtype.kind == 'f': {a} = {b}.dtype.type({a})",
            "    else:", "    " + meeting]


def saved(op, nodes, name) -> str:
    """The expression for what a node keeps under this name: None where only unwanted rules read it."""
    readers = [node for input, node in zip(op.inputs, nodes, strict=False) if name in op.needs[input]]
    for suffix in ("shape", "dtype"):
        if name.endswith("_" + suffix) and name.removesuffix("_" + suffix) in op.inputs:
            source = name.removesuffix("_" + suffix)
            if op.sequence:
                return f"tuple([v.{suffix} for v in {source}])"
            optional = op.parameters[source].default is None
            return f"{source}.{suffix} if {source} is not None else None" if optional else f"{source}.{suffix}"
    if not readers:
        return "None"
    if op.sequence or name not in (*op.inputs, *op.keep, *op.arrays) or len(readers) == len(nodes):
        return name
    return f"{name} if {' or '.join(f'{node} is not NOWHERE' for node in readers)} else None"
