"""The clock that numbers nodes and in-place writes, so that backward can tell whether a saved value was overwritten."""
import sys
import weakref
from itertools import count

import numpy as np
from numpy import ndarray

from autograd.memory import owner_of
from autograd.modes import watching

tick = count(1).__next__        # creation order is a topological order


class Clock:
    """When each array's memory was last written in place, by the identity of the array that owns it."""

    def __init__(self):
        self.last_write = 0
        self.limit = 1000
        self.writes = {}                    # id -> (weak reference, or a scalar itself; time; writes so far; where)
        self.boxes = {}                     # id of a 0-d array -> the scalar it was boxed from, which nodes may hold

    def stamp(self, payload):
        """Note that this payload was overwritten now."""
        owner = owner_of(payload)
        self.note(owner)
        if id(owner) in self.boxes:
            self.note(self.boxes[id(owner)][1])

    def note(self, owner):
        key, watch = id(owner), watching.get()
        self.last_write = tick()
        if isinstance(owner, ndarray):
            entry = weakref.ref(owner, lambda _: self.writes.pop(key, None))
        else:
            entry = owner                   # a scalar that some node may hold; kept alive, lest its id be reused
            if len(self.writes) > self.limit:
                self.forget_scalars()
        self.writes[key] = entry, self.last_write, self.version(owner) + 1, None if watch is None else watch.line()

    def box(self, scalar) -> ndarray:
        """A 0-d array for a scalar whose memory is about to be shared."""
        array = np.array(scalar)
        key = id(array)
        self.boxes[key] = weakref.ref(array, lambda _: self.boxes.pop(key, None)), scalar
        return array

    def forget_scalars(self):
        """Drop the scalars that nobody else holds any more."""
        self.writes = {key: entry for key, entry in self.writes.items()
                       if isinstance(entry[0], weakref.ref) or sys.getrefcount(entry[0]) > 2}
        self.limit = max(1000, 2 * len(self.writes))

    def version(self, payload) -> int:
        """How often it was written."""
        return self.writes.get(id(owner_of(payload)), (None, 0, 0, None))[2]

    def written_after(self, payload, seq) -> bool:
        return self.writes.get(id(owner_of(payload)), (None, 0))[1] > seq


clock = Clock()
