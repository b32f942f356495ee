"""The frame of the REST API: where the apps' operations are put together."""
