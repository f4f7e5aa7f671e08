"""Who is who: the names of leaves and variables, and the place of every step among the modules."""

from typing import Any

from autograd.graph import NOWHERE
from autograd.inspection.constants import part_text
from autograd.inspection.records import Module, Path
from autograd.memory import owner_of


class Names:
    """Names by node, by raw value and by module.

    The leaves are named by `params` (a Module, or a dict of names to Tensors); whatever else the caller has in a
    variable is named after it, and what a module in a variable holds after both.
    """

    def __init__(self, params, caller):
        self.params = params if hasattr(params, "named_modules") else None
        self.nodes: dict = {}  # node -> name
        self.held: set = set()  # the nodes that are named after a module in a variable
        self.parameters: dict = {}  # node -> the path of the module that owns the parameter, within `params`
        self.owned: dict[int, str] = {}  # id of the raw value of a buffer, or of what else in `params` is constant
        self.values: dict[int, tuple[str, Any]] = {}  # id of a variable's raw value, or of its memory's owner -> both
        self.modules: dict[int, str] = {}  # id of a module -> name
        self.children: dict[int, dict[int, str]] = {}
        for name, tensor in pairs_of(params):
            node = tensor.node
            if node is NOWHERE:
                self.owned.setdefault(id(tensor.payload), name)
                continue
            self.nodes[node] = f"{self.nodes[node]}, {name}" if node in self.nodes else name
            self.parameters.setdefault(node, tuple(name.split(".")[:-1]) if self.params is not None else ())
        if self.params is not None:
            self.owned.update((id(buffer.payload), name) for name, buffer in self.params.named_buffers())
        for name, value in variables(caller):
            if hasattr(value, "named_modules") and not isinstance(value, type):
                self.modules.setdefault(id(value), name)
                for part, parameter in value.named_parameters():
                    if parameter.node is not NOWHERE and parameter.node not in self.nodes:
                        self.nodes[parameter.node] = f"{name}.{part}"
                        self.held.add(parameter.node)
            elif hasattr(value, "payload") and hasattr(value, "node"):
                self.values.setdefault(id(value.payload), (name, value.payload))
                self.values.setdefault(id(owner_of(value.payload)), (name, value.payload))
                if value.node is not NOWHERE:
                    self.nodes.setdefault(value.node, name)

    def add(self, other):
        """Take over the names of another for what has none here."""
        self.held.update(node for node in other.held if node not in self.nodes)
        for mine, others in ((self.nodes, other.nodes), (self.modules, other.modules)):
            for key, name in others.items():
                mine.setdefault(key, name)

    def of_constant(self, constant) -> str:
        """What holds a constant's value, or the part of a variable that it is; else the name it had before."""
        value, owner = constant.value(), constant.owner()
        for key in (id(part) for part in (value, owner) if part is not None):
            if key in self.owned:
                return self.owned[key]
            if key in self.values:
                name, base = self.values[key]
                return name + part_text(constant, base)
        return constant.name

    def owns(self, constant) -> bool:
        """Whether a constant is a buffer, or else in `params`."""
        return id(constant.value()) in self.owned

    def of_module(self, module) -> str:
        """The variable that holds a module, or its class."""
        return self.modules.get(id(module)) or type(module).__name__

    def of_child(self, parent, child) -> str:
        """The name of a module within another: "layers.0"; '' if it is not in it."""
        if id(parent) not in self.children:
            self.children[id(parent)] = {id(m): name for name, m in parent.named_modules() if name}
        return self.children[id(parent)].get(id(child), "")


def variables(caller):
    """The caller's variables that mean something to a reader."""
    scope = {**caller.f_globals, **caller.f_locals} if caller is not None else {}
    return [(name, value) for name, value in scope.items() if not name.startswith("_")]


def pairs_of(params):
    """Names and tensors of a Module or a dict."""
    if params is None:
        return []
    if hasattr(params, "named_parameters"):
        return list(params.named_parameters(remove_duplicate=False))
    if not hasattr(params, "items"):
        raise TypeError(f"params must be a Module or a dict of names to Tensors, not {type(params).__name__}")
    for name, value in params.items():
        if not hasattr(value, "payload"):
            raise TypeError(f"params must name Tensors, and {name!r} is of type {type(value).__name__}")
    return list(params.items())


class Places:
    """The modules of a graph, and the path of each call."""

    def __init__(self, names):
        self.names = names
        self.modules: dict[Path, Module] = {}
        self.paths: dict[int, Path] = {}  # id of a call -> its path
        self.calls: dict[Path, int] = {}  # how many calls have the same path but for their number

    def path(self, call) -> Path:
        """Where a recorded call stands; () for none."""
        if call is None:
            return ()
        if id(call) not in self.paths:
            before = self.path(call.parent)
            self.paths[id(call)] = self.enter(before, call.module, call.parent)
        return self.paths[id(call)]

    def enter(self, before, module, parent) -> Path:
        """The path of a module's call, whose last part says which of the graph's calls it is if it is not the first."""
        root = self.names.params
        if parent is not None:
            around, name = parent.module, self.names.of_child(parent.module, module) or self.names.of_module(module)
        elif root is not None and module is not root and self.names.of_child(root, module):
            around, name = root, self.names.of_child(root, module)  # a part of the model, called by itself
            before = self.add((self.names.of_module(root),), root)
        else:
            around, name = None, self.names.of_module(module)
        *between, last = name.split(".") if around is not None else [name]
        for part in between:  # a ModuleList is not called, but its modules belong together
            around = around.get_submodule(part) if hasattr(around, "get_submodule") else None
            before = self.add((*before, part), around)
        index = self.calls[*before, last] = self.calls.get((*before, last), 0) + 1
        return self.add((*before, last if index == 1 else f"{last}#{index}"), module)

    def add(self, path, module) -> Path:
        """Note a module."""
        if path not in self.modules:
            description = module.extra_repr() if hasattr(module, "extra_repr") else ""
            self.modules[path] = Module(path, type(module).__name__, description)
        return path

    def guess(self, steps):
        """Without recorded calls: a step is in the module whose parameters it uses, or between its neighbours."""
        root = self.names.params
        if root is None:
            return
        top = (self.names.of_module(root),)
        self.add(top, root)
        kinds = dict(root.named_modules())

        def entered(path):
            for depth in range(1, len(path) + 1):
                self.add(top + path[:depth], kinds[".".join(path[:depth])])
            return top + path

        above: dict[int, Path] = {}  # the module of the nearest placed step before and after each step
        below: dict[int, Path] = {}
        for step in steps:
            if step.kind == "operation":
                sources = [steps[i] for i in step.inputs if i is not None]
                owned = [s.module for s in sources if s.kind == "parameter"]
                step.module = entered(max(owned, key=len)) if owned else ()
                above[step.id] = step.module or next((above[s.id] for s in sources if above.get(s.id)), ())
        for step in reversed(steps):
            here = step.module if step.kind == "operation" and step.module else below.get(step.id, ())
            for source in step.inputs:
                if source is not None and here:
                    below.setdefault(source, here)
        for step in steps:
            if step.kind == "parameter":
                step.module = entered(step.module)
            elif step.kind == "operation" and not step.module:
                step.module = common(above.get(step.id, ()), below.get(step.id, ()))


def common(a: Path, b: Path) -> Path:
    """The longest common beginning of two paths."""
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    return a[:n]
