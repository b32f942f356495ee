"""The live voice conversation: the protocol `voice.v1` of docs/voice-socket.md, and what happens behind it."""
