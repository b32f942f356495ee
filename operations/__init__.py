"""For who runs the site: health, figures, an examination, backups, and what is deleted in time."""
