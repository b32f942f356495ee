"""What visitors see of what is remembered, allow, and delete."""
