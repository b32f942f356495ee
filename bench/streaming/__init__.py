"""Measures what streaming costs: our sockets against a plain relay and the common recipe, interleaved in one run."""
