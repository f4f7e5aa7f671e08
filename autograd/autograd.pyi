from autograd import *
