"""Looking round in JupyterLab: controls beside a figure, tables that sort. What a report shows of them stands still."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
