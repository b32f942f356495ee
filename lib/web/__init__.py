"""What stands between a server and the application: limits of bodies, of who may connect, and what a page may load."""
