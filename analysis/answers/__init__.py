"""What a notebook may use: one function a question, each giving one result that shows itself."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
