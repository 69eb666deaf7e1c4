"""How ZMediumToMarkdown writes: the rules that its reader and its writer share.

``rules`` says what tells the tool's generations apart, ``inline`` how it writes text with marks,
``media`` how it writes embeds, ``front_matter`` what stands above the text, and ``edits`` where a line
differs from all that. Pure.
"""
