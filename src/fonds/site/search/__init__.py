"""Search without a server: an index in small files that a page loads as scripts, from any disk or host.

``terms`` cuts posts into terms, ``index`` merges and writes them; ``static/search.js`` looks them up,
``static/results.js`` shows what is found.
"""
