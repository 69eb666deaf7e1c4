"""Keeps everything an author or a publication has published on Medium."""

__version__ = "0.1.0"
