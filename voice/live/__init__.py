"""Live voice conversations: the protocol `voice.v1` of docs/voice-socket.md, and the code behind it."""
