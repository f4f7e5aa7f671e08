"""torch.nn.functional's names: layers and losses as functions, without state.

Most are ops of autograd under another roof. The others choose among ops, combine a few, or add torch's conventions.
"""

from autograd import (
    adaptive_avg_pool1d,
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    prelu,
    sigmoid,
    tanh,
)
from autograd.functions import call_of
from autograd.functions.linalg import bilinear
from autograd.functions.joining import pad
from nn.functional.activation import (
    celu,
    celu_,
    elu,
    elu_,
    glu,
    gumbel_softmax,
    hardsigmoid,
    hardswish,
    hardtanh,
    hardtanh_,
    leaky_relu,
    leaky_relu_,
    log_softmax,
    mish,
    relu,
    relu6,
    relu_,
    rrelu,
    rrelu_,
    selu,
    selu_,
    silu,
    softmax,
    softmin,
    threshold,
    threshold_,
)
from nn.functional.attention import scaled_dot_product_attention
from nn.functional.class_loss import (
    cross_entropy,
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
    nll_loss,
)
from nn.functional.distance import cosine_similarity, normalize, pairwise_distance, pdist
from nn.functional.masking import (
    alpha_dropout,
    dropout,
    dropout1d,
    dropout2d,
    dropout3d,
    feature_alpha_dropout,
)
from nn.functional.lookup import embedding, embedding_bag
from nn.functional.loss import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    gaussian_nll_loss,
    hinge_embedding_loss,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    poisson_nll_loss,
    smooth_l1_loss,
    soft_margin_loss,
)
from nn.functional.normalization import batch_norm, group_norm, instance_norm, layer_norm, local_response_norm, rms_norm
from nn.functional.pair_loss import (
    cosine_embedding_loss,
    margin_ranking_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)
from nn.functional.pooling import (
    adaptive_max_pool1d,
    adaptive_max_pool1d_with_indices,
    adaptive_max_pool2d,
    adaptive_max_pool2d_with_indices,
    adaptive_max_pool3d,
    adaptive_max_pool3d_with_indices,
    lp_pool1d,
    lp_pool2d,
    lp_pool3d,
    max_pool1d,
    max_pool1d_with_indices,
    max_pool2d,
    max_pool2d_with_indices,
    max_pool3d,
    max_pool3d_with_indices,
    max_unpool1d,
    max_unpool2d,
    max_unpool3d,
)
from nn.functional.vision import channel_shuffle, fold, interpolate, pixel_shuffle, pixel_unshuffle, unfold, upsample

avg_pool1d, avg_pool2d, avg_pool3d = call_of("avg_pool1d"), call_of("avg_pool2d"), call_of("avg_pool3d")
adaptive_avg_pool2d, adaptive_avg_pool3d = call_of("adaptive_avg_pool2d"), call_of("adaptive_avg_pool3d")
gelu, hardshrink, linear, logsigmoid, one_hot = map(call_of, ("gelu", "hardshrink", "linear", "logsigmoid", "one_hot"))
softplus, softshrink, softsign, tanhshrink = map(call_of, ("softplus", "softshrink", "softsign", "tanhshrink"))

__all__ = sorted(name for name, value in globals().items() if callable(value) and name != "call_of")
