"""What agents tell the apps above theirs."""

from django.dispatch import Signal

agent_duplicated = Signal()  # `source`, `copy`: two agents; inside the transaction that makes the copy
