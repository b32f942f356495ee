"""How each format of file becomes Markdown: a module a format, and `readers.py` has the table of them.

Nothing here imports Django or the rest of the project but `knowledge.text.pdf_text`: all of it runs in a process of its
own (`program.py`), with limits, so that a file made to do harm ends that process and nothing else.
"""
