"""Find what repeats in a sequence: two hundred time steps, twenty-seven equal blocks."""

from collections.abc import Hashable, Sequence

LONGEST, LEAST = 40, 3  # periods are sought up to this length; fewer repetitions are not worth a word


def repeats(items: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """The sequence as (start, period, count) parts: `count` repetitions of `period` items, or single ones."""
    items = list(items)
    parts, start = [], 0
    while start < len(items):
        period, count = 1, 1
        for candidate in range(1, min(LONGEST, (len(items) - start) // LEAST) + 1):
            times = repetitions(items, start, candidate)
            if times >= LEAST and times * candidate > period * count:
                period, count = candidate, times
        parts.append((start, period, count))
        start += period * count
    return parts


def repetitions(items, start, period) -> int:
    """How often the `period` items from `start` on come one after the other."""
    end = start + period
    while end < len(items) and items[end] == items[end - period]:
        end += 1
    return (end - start) // period
