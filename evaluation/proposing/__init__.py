"""Cases that are proposed from knowledge; staff accept, change or drop each of them."""
