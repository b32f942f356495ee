"""What the operations of a REST API share: problems, the types of fields, cursors, bodies."""
