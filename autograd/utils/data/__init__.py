"""From samples to batches: a Dataset holds samples, a Sampler orders them, a DataLoader stacks them into batches.

>>> import autograd
>>> from autograd.utils.data import DataLoader, TensorDataset
>>> pairs = TensorDataset(autograd.arange(5), autograd.arange(5) ** 2)
>>> for x, y in DataLoader(pairs, batch_size=2):
...     print(x.tolist(), y.tolist())
[0, 1] [0, 1]
[2, 3] [4, 9]
[4] [16]

Source: torch.utils.data.
"""

from autograd.utils.data import datasets, transforms
from autograd.utils.data.collate import default_collate, default_convert
from autograd.utils.data.dataloader import DataLoader
from autograd.utils.data.dataset import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from autograd.utils.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from autograd.utils.data.worker import get_worker_info

__all__ = [
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "datasets",
    "default_collate",
    "default_convert",
    "get_worker_info",
    "random_split",
    "transforms",
]
