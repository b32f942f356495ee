"""What the pages of the admin share: cells of lists, their order, deleting with files."""
