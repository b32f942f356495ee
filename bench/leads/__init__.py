"""How well facts are read out of messages, and what a dialogue makes of them."""
