from .answers import association as association
from .answers import between as between
from .answers import comparison as comparison
from .answers import findings as findings
from .answers import journey as journey
from .answers import outcomes as outcomes
from .answers import profile as profile
from .answers import rates as rates
from .answers import read_counts as read_counts
from .answers import received as received
from .answers import show as show
from .answers import split as split
from .answers import timing as timing
from .answers import trends as trends
from .exploring import explore as explore
from .exploring import sortable as sortable
from .reference import measures as measures

__version__: str
__all__: list[str]
