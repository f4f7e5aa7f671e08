"""The clock that numbers nodes and in-place writes, so that backward can tell whether a saved value was overwritten."""

import sys
import weakref
from itertools import count

import numpy as np
from numpy import ndarray

from autograd.memory import owner_of
from autograd.modes import watching

tick = count(1).__next__  # creation order is a topological order


class Clock:
    """When each array's memory was last written in place, by the identity of the array that owns it."""

    def __init__(self):
        self.last_write = 0
        self.limit = 1000
        self.writes = {}  # id -> [weak reference, or a scalar itself; time; writes so far; where]
        self.boxes = {}  # id of a 0-d array -> the scalar it was boxed from, which nodes may hold

    def stamp(self, payload):
        """Note that this payload was overwritten now."""
        owner = owner_of(payload)
        self.note(owner)
        if id(owner) in self.boxes:
            self.note(self.boxes[id(owner)][1])

    def note(self, owner):
        if type(owner) is np.bool_:  # there is one True and one False, for all tensors
            return
        entry, watch = self.writes.get(id(owner)), watching.get()
        if entry is None:
            entry = self.writes[id(owner)] = self.first(owner)
        entry[1] = self.last_write = tick()
        entry[2] += 1
        if watch is not None:
            entry[3] = watch.line()

    def first(self, owner):
        """The entry of an array that was never written before; it goes when the array goes."""
        if isinstance(owner, ndarray):
            key, writes = id(owner), self.writes
            return [weakref.ref(owner, lambda _: writes.pop(key, None)), 0, 0, None]
        if len(self.writes) > self.limit:
            self.forget_scalars()
        return [owner, 0, 0, None]  # a scalar that some node may hold; kept alive, lest its id be reused

    def box(self, scalar) -> ndarray:
        """A 0-d array for a scalar whose memory is about to be shared."""
        array = np.array(scalar)
        key = id(array)
        self.boxes[key] = weakref.ref(array, lambda _: self.boxes.pop(key, None)), scalar
        return array

    def forget_scalars(self):
        """Drop the scalars that nobody else holds any more."""
        for key in list(self.writes):  # (an array may die and leave meanwhile)
            entry = self.writes.get(key)
            if entry is not None and not isinstance(entry[0], weakref.ref) and sys.getrefcount(entry[0]) <= 2:
                self.writes.pop(key, None)
        self.limit = max(1000, 2 * len(self.writes))

    def version(self, payload) -> int:
        """How often it was written."""
        return self.writes.get(id(owner_of(payload)), (None, 0, 0, None))[2]

    def written_after(self, payload, seq) -> bool:
        return self.writes.get(id(owner_of(payload)), (None, 0))[1] > seq


clock = Clock()
