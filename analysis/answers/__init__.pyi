from . import outcomes as outcomes
from . import show as show
from .own import rates as rates
from .own import read_counts as read_counts
from .own import split as split
