"""The only place that talks to a chat model: one request, one stream of events, whoever answers."""
