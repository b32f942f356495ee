"""The figures of this process and of what is stored, as Prometheus reads them."""
