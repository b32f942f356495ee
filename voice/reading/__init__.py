"""How written text becomes what is said."""
