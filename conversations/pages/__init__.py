"""The visitor's pages: views, fragments of HTML, and the socket that brings them."""
