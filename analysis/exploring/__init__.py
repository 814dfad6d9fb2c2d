"""Looking round in JupyterLab: controls beside a figure, tables that sort. In a report neither moves."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
