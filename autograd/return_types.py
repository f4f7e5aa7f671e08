"""Named tuples of results: ``values, indices = x.max(0)``, or ``x.max(0).values``. Source: torch.return_types."""

from collections import namedtuple


def results(name, *fields):
    """A class of named tuples, printed as torch prints them."""

    def __repr__(self):
        parts = ",\n".join(f"{field}={value!r}" for field, value in zip(fields, self, strict=True))
        return f"torch.return_types.{name}(\n{parts})"

    made = type(name, (namedtuple(name, fields),), {"__slots__": (), "__repr__": __repr__, "__module__": __name__})
    made.__doc__ = f"What `{name}` gives: {' and '.join(fields)}."
    return made


max = results("max", "values", "indices")
min = results("min", "values", "indices")
sort = results("sort", "values", "indices")
topk = results("topk", "values", "indices")
kthvalue = results("kthvalue", "values", "indices")
median = results("median", "values", "indices")
nanmedian = results("nanmedian", "values", "indices")
mode = results("mode", "values", "indices")
cummax = results("cummax", "values", "indices")
cummin = results("cummin", "values", "indices")
aminmax = results("aminmax", "min", "max")
