"""What staff see of what is remembered, and the switch of an agent."""
