"""Pictures and PDF that visitors attach: recognised by content, made safe, stored, served, shown to models, swept."""
