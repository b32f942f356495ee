"""What staff see of memory, and its switch for an agent."""
