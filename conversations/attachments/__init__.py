"""Pictures and PDF that visitors attach: told by content, made safe, stored, served, shown to models, swept."""
