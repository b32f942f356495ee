"""Turns file formats into Markdown: one module for each format, listed in `readers.py`.

Nothing here imports Django or other parts of the project except `knowledge.text.pdf_text`. All of it runs in a process
of its own with limits (`program.py`), so that a malicious file ends only that process.
"""
