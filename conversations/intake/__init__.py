"""The door: what a visitor says comes in here, whatever it comes through."""
