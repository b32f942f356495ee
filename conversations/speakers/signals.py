"""Tells higher apps that another speaker answers. Receivers connect in their `AppConfig.ready()`."""

from django.dispatch import Signal

# `change`, a SpeakerChange, in the transaction that stores it: what a receiver writes is stored with it or not at all.
# Receivers are quick, a statement or two, and raise nothing.
speaker_changed = Signal()
