"""The inbox: the page on which staff watch, take over and answer conversations."""
