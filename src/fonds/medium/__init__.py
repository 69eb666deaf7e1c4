"""Medium's addresses and answers: lists, posts, pictures, media, challenge pages."""

from __future__ import annotations
