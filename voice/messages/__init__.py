"""Push to talk: takes in spoken messages and answers them aloud."""
