"""Pages on which visitors read what is remembered of them, agree or refuse, and delete it."""
