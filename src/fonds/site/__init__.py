"""The offline site: an archive, or any folder that fonds reads, as pages that open with a double click.

Data flows one way: a ``source`` gives posts with their pictures, versions and captures; ``cards`` are what
lists need of them; ``posts`` and ``pages`` are text; ``output`` writes it. ``build`` does it in order, and
keeps beside the site what it needs to do only what changed (``state``).
"""
