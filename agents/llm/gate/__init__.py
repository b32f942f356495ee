"""The gate between a language model and a visitor: what nothing given bears out, no visitor reads or hears."""
