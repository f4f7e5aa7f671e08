"""Points in the plane that no straight line parts."""

import numpy as np


def spiral(points: int = 100, arms: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Arms that wind out of the origin side by side: points of the plane and the arm that each lies on.

    r goes evenly from 0 to 1 along an arm, the angle from 4j to 4(j + 1) radians on arm j, plus noise of 0.2 radians.
    Shapes: -> points (points * arms, 2), labels (points * arms,).

    Source: the lecture's notes, case study of a small network.

    Parameters
    ----------
    points : how many there are on each arm
    arms : how many classes
    seed : the same seed gives the same points
    """
    rng = np.random.RandomState(seed)
    labels = np.repeat(np.arange(arms), points)
    radius = np.tile(np.linspace(0, 1, points), arms)
    angle = 4 * (labels + np.tile(np.linspace(0, 1, points), arms)) + 0.2 * rng.randn(points * arms)
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), labels
