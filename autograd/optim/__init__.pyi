from optim import *
from optim import lr_scheduler as lr_scheduler
