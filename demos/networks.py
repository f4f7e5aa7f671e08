"""The network of the digits and convnet demos."""

import nn


class ConvNet(nn.Module):
    """Convolutions, each normalised and rectified, in blocks between which the image is halved; then a vote.

    The digits' net has two blocks, of 16 and 32 filters and of 64.
    Shapes: (N, *shape) -> logits (N, classes).

    Parameters
    ----------
    shape : channels, height and width of an image
    blocks : the number of filters of each convolution, block by block
    dropout : the share of the last features that is left out in training
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (1, 8, 8),
        classes: int = 10,
        blocks: tuple[tuple[int, ...], ...] = ((16, 32), (64,)),
        dropout: float = 0.25,
    ) -> None:
        super().__init__()
        channels, height, width = shape
        layers: list[nn.Module] = []
        for number, block in enumerate(blocks):
            if number > 0:
                layers.append(nn.MaxPool2d(2))
                height, width = height // 2, width // 2
            for filters in block:
                convolution = nn.Conv2d(channels, filters, kernel_size=3, padding=1, bias=False)
                layers += [convolution, nn.BatchNorm2d(filters), nn.ReLU()]
                channels = filters
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Dropout(dropout), nn.Linear(channels * height * width, classes)
        )

    def forward(self, images):
        return self.classifier(self.features(images))
