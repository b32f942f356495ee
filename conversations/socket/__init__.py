"""Sessions and messages over a WebSocket with JSON frames."""
