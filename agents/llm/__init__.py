"""The only place that talks to chat models: one kind of request, one stream of events, for all models."""
