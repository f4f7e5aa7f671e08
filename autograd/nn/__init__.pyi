from nn import *
from nn import functional as functional
from nn import init as init
from nn import utils as utils
