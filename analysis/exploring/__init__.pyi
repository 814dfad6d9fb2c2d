from .exploring import explore as explore
from .sorting import sortable as sortable
