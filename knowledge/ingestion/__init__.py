"""How the text is read out of a file. Making a document of it is adding.py."""
