"""The lowest layer: database, files, limits. Every app may use it; it imports none of them."""
