"""What the intake tells higher apps. Receivers connect in their `AppConfig.ready()`."""

from django.dispatch import Signal

# `message`, as it is stored, in the transaction that stores it: what a receiver writes is stored with it or not at all.
# Receivers are quick, a statement or two, and raise nothing: the visitor waits.
message_taken = Signal()
# `reply`, as it is stored, in the transaction that stores what its visitor thinks of it now; the same holds.
feedback_given = Signal()
